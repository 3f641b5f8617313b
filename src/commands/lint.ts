import * as z from "zod";
import type { Context } from "../cli/context.js";
import { Failure } from "../contract/failure.js";
import type { LintResult } from "../workflow/results/lint.js";

export const options = z.object({});

export async function run(_context: Context, _options: z.output<typeof options>): Promise<LintResult> {
  throw new Failure("unsupported_operation", "lint is not built yet.");
}

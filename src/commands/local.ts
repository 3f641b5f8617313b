import * as z from "zod";
import type { Context } from "../cli/context.js";
import { Failure } from "../contract/failure.js";
import type { LocalResult } from "../workflow/results/local.js";

export const options = z.object({});

export async function run(_context: Context, _options: z.output<typeof options>): Promise<LocalResult> {
  throw new Failure("unsupported_operation", "local is not built yet.");
}

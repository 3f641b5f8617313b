import * as z from "zod";
import type { Context } from "../cli/context.js";
import { Failure } from "../contract/failure.js";
import type { CompletionResult } from "../workflow/results/completion.js";

export const options = z.object({});

export async function run(
  _context: Context,
  _options: z.output<typeof options>,
  _argument: string,
): Promise<CompletionResult> {
  throw new Failure("unsupported_operation", "completion is not built yet.");
}

import * as z from "zod";
import type { Context } from "../cli/context.js";
import { Failure } from "../contract/failure.js";
import type { CreateResult } from "../workflow/results/create.js";

export const options = z.object({});

export async function run(
  _context: Context,
  _options: z.output<typeof options>,
  _argument: string,
): Promise<CreateResult> {
  throw new Failure("unsupported_operation", "create is not built yet.");
}

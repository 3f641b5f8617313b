import * as z from "zod";
import type { Context } from "../cli/context.js";
import { Failure } from "../contract/failure.js";
import type { InitResult } from "../workflow/results/init.js";

export const options = z.object({});

export async function run(_context: Context, _options: z.output<typeof options>): Promise<InitResult> {
  throw new Failure("unsupported_operation", "init is not built yet.");
}

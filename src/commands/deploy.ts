import * as z from "zod";
import type { Context } from "../cli/context.js";
import { Failure } from "../contract/failure.js";
import type { DeployResult } from "../workflow/results/deploy.js";

export const options = z.object({});

export async function run(_context: Context, _options: z.output<typeof options>): Promise<DeployResult> {
  throw new Failure("unsupported_operation", "deploy is not built yet.");
}

import * as z from "zod";
import type { Context } from "../cli/context.js";
import { contractNames } from "../contract/contract.js";
import type { InitResult } from "../workflow/results/init.js";

export const options = z.object({
  yes: z.boolean().default(false),
  handler: z.enum(["alembic", "prisma", "sql"]).optional(),
  contract: z.enum(contractNames).optional(),
});

export type InitOptions = z.output<typeof options>;

/** One of its jobs, each in a file of its own, loaded when it is asked for. */
export async function run(context: Context, input: InitOptions): Promise<InitResult> {
  const { setUp } = await import("./init/set-up.js");
  return setUp(context, input);
}

import * as z from "zod";
import type { Context } from "../cli/context.js";
import { contractNames } from "../contract/contract.js";
import type { InitResult } from "../workflow/results/init.js";
import { functionTemplate } from "./init/function-template.js";

export const options = z.object({
  yes: z.boolean().default(false),
  handler: z.enum(["alembic", "prisma", "sql"]).optional(),
  githubActions: z.boolean().default(false),
  contract: z.enum(contractNames).optional(),
  function: z
    .string()
    .regex(functionTemplate, {
      error: "is no name of a Lambda function; {project}, {stage} and {region} may stand in it",
    })
    .optional(),
});

export type InitOptions = z.output<typeof options>;

/** One of its jobs, each in a file of its own, loaded when it is asked for. */
export async function run(context: Context, input: InitOptions): Promise<InitResult> {
  if (input.githubActions) return (await import("./init/github-actions.js")).writeWorkflows(context, input);
  const { setUp } = await import("./init/set-up.js");
  return setUp(context, input);
}

import * as z from "zod";
import type { Context } from "../cli/context.js";
import { contractNames } from "../contract/contract.js";
import type { InitResult } from "../workflow/results/init.js";
import { functionTemplate } from "./init/function-template.js";
import { usage } from "./option-values.js";

export const options = z.object({
  yes: z.boolean().default(false),
  handler: z.enum(["alembic", "prisma", "sql"]).optional(),
  githubActions: z.boolean().default(false),
  iam: z.boolean().default(false),
  alarms: z.enum(["cloudformation", "terraform"]).optional(),
  contract: z.enum(contractNames).optional(),
  function: z
    .string()
    .regex(functionTemplate, {
      error: "is no name of a Lambda function; {project}, {stage} and {region} may stand in it",
    })
    .optional(),
});

export type InitOptions = z.output<typeof options>;

/** The jobs that are asked for by a flag. */
const jobs = {
  handler: "--handler",
  githubActions: "--github-actions",
  iam: "--iam",
  alarms: "--alarms",
} as const;

/** One of its jobs, each in a file of its own, loaded when it is asked for. */
export async function run(context: Context, input: InitOptions): Promise<InitResult> {
  refuseSeveral(input);
  if (input.githubActions) return (await import("./init/github-actions.js")).writeWorkflows(context, input);
  if (input.iam) return (await import("./init/iam.js")).printPolicies(context);
  if (input.alarms !== undefined)
    return (await import("./init/alarms.js")).printAlarms(context, input.alarms);
  const { setUp } = await import("./init/set-up.js");
  return setUp(context, input);
}

function refuseSeveral(input: InitOptions): void {
  const asked = (Object.keys(jobs) as (keyof typeof jobs)[])
    .filter((job) => input[job])
    .map((job) => jobs[job]);
  if (asked.length < 2) return;
  throw usage(`${asked.join(" and ")} are jobs of their own.`, "Ask for one at a time.");
}

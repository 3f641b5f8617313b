import * as z from "zod";
import type { Context } from "../cli/context.js";
import type { RunResult } from "../workflow/results.js";
import { type RunRequest, runMigrations } from "../workflow/run.js";
import { timeOption, usage } from "./option-values.js";
import { type PlanFile, readPlanFile, writePlanFile } from "./plan-file.js";
import { requiredHead } from "./required-head.js";
import { safeguardOf, safeguardOptions } from "./safeguard.js";

export const options = safeguardOptions.extend({
  dryRun: z.boolean().default(false),
  fixHistory: z.boolean().default(false),
  targetRevision: z.string().min(1).max(500).optional(),
  confirm: z.union([z.boolean(), z.string()]).optional(),
  plan: z.string().min(1).optional(),
  out: z.string().min(1).optional(),
  detach: z.boolean().default(false),
  withoutPlan: z.boolean().default(false),
  waitLock: z.string().optional(),
  requireHead: z.union([z.boolean(), z.string().min(1).max(500)]).optional(),
});

type Options = z.output<typeof options>;

export async function run(context: Context, input: Options): Promise<RunResult> {
  refuseContradictions(input);
  const wanted = request(input);
  const plan = input.plan === undefined ? undefined : await readPlanFile(context.host.cwd, input.plan);
  const stageName = context.options.stage ?? plan?.stage;
  const head = await requiredHead(context, input.requireHead, stageName);
  const asked = head === undefined ? wanted : { ...wanted, requireHead: head };
  const result = await context.withStage(
    (stage) => {
      if (plan !== undefined) refuseOtherStage(plan, stage.target.stage);
      return runMigrations(stage, plan === undefined ? asked : { ...asked, ...planned(plan) });
    },
    stageName,
    input.dryRun ? "dry-run" : "run",
  );
  // A pipeline that writes a plan and applies it later also works on a day without migrations.
  const isPlan = result.outcome === "planned" || result.outcome === "nothing_to_do";
  if (input.out === undefined || !isPlan) return result;
  return { ...result, planFile: await writePlanFile(context.host, input.out, result, input.fixHistory) };
}

function request(input: Options): RunRequest {
  const { dryRun, fixHistory, detach, withoutPlan, targetRevision, confirm, waitLock } = input;
  return {
    dryRun,
    fixHistory,
    detach,
    withoutPlan,
    waitLockMs: waitLock === undefined ? 0 : timeOption("--wait-lock", waitLock),
    safeguard: safeguardOf(input),
    ...(targetRevision === undefined ? {} : { targetRevision }),
    ...(confirm === undefined ? {} : { confirm }),
  };
}

/** What a plan says, the command line does not. */
function planned({ planId, fixHistory, targetRevision }: PlanFile): Partial<RunRequest> {
  return { planId, fixHistory, ...(targetRevision === undefined ? {} : { targetRevision }) };
}

function refuseContradictions(input: Options): void {
  if (input.out !== undefined && !input.dryRun)
    throw usage("--out writes the plan of a dry-run.", "Add --dry-run.");
  if (input.plan !== undefined && (input.targetRevision !== undefined || input.fixHistory)) {
    throw usage("--plan already says the target.", "Leave --target-revision and --fix-history out.");
  }
  if (input.detach && input.waitLock !== undefined) {
    throw usage("--detach does not stay to wait for a lock.", "Leave one of --detach and --wait-lock out.");
  }
}

function refuseOtherStage(plan: PlanFile, stage: string): void {
  if (plan.stage === stage) return;
  throw usage(
    `The plan was made for stage ${plan.stage}, not for ${stage}.`,
    `Leave --stage out, or make a plan for ${stage}.`,
  );
}

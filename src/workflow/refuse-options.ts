import type { RunOption } from "../contract/codec.js";
import { Failure } from "../contract/failure.js";
import { refuseUnsupported, refuseUnwritable } from "./ask.js";
import type { RunRequest } from "./run.js";
import type { StageContext } from "./stage-context.js";

const flags: Record<RunOption, string> = { targetRevision: "--target-revision", fixHistory: "--fix-history" };

/** What a contract cannot carry, and what a protected stage asks for where there is no plan: known before anything is sent. */
export function refuseOptions(context: StageContext, request: RunRequest): void {
  const { codec } = context;
  refuseUnsupported(codec, "run");
  if (request.dryRun) refuseUnsupported(codec, "dry-run");
  for (const option of ["targetRevision", "fixHistory"] as const) {
    const wayToGetIt = codec.unsupportedOptions[option];
    if (request[option] && wayToGetIt !== undefined) throw cannot(context, flags[option], wayToGetIt);
  }
  if (request.planId !== undefined && !codec.tracksRuns) throw cannot(context, "--plan", plansNeedIds);
  if (request.detach && !codec.tracksRuns) throw cannot(context, "--detach", detachNeedsLedger);
  refuseUnwritableRun(context, request);
  if (!hasDryRun(context)) refuseUnknownPlan(context, request, noDryRun(context));
}

function refuseUnwritableRun(context: StageContext, { fixHistory, targetRevision }: RunRequest): void {
  const asked = { fixHistory, ...(targetRevision === undefined ? {} : { targetRevision }) };
  if (hasDryRun(context)) refuseUnwritable(context, { kind: "dry-run", ...asked });
  refuseUnwritable(context, { kind: "run", ...asked });
}

const plansNeedIds =
  "A plan that can be pinned to a file comes with our handler (contract migrate-remote). Leave --plan out.";
const detachNeedsLedger =
  "Without a ledger nobody could say what became of the run, and Lambda may deliver it twice. Leave --detach out; our handler (contract migrate-remote) has a ledger.";

/** Without one a run's work is known only after it. */
export function hasDryRun({ codec }: StageContext): boolean {
  return codec.unsupported["dry-run"] === undefined;
}

export function noDryRun({ codec }: StageContext): string {
  return `contract ${codec.contract} has no dry-run`;
}

function cannot({ codec }: StageContext, flag: string, hint: string): Failure {
  return new Failure(
    "unsupported_operation",
    `Contract ${codec.contract} cannot do ${flag}. Nothing was sent.`,
    { hint },
  );
}

/** On a protected stage going without a plan takes a word of its own. It covers what the plan would say: also that data is destroyed. */
export function refuseUnknownPlan(
  { target, askPhrase }: StageContext,
  { withoutPlan, confirm }: Pick<RunRequest, "withoutPlan" | "confirm">,
  why: string,
): void {
  if (!target.protected || withoutPlan) return;
  const consent = askPhrase === undefined || confirm !== undefined ? " --confirm" : "";
  throw new Failure(
    "plan_unknown",
    `Plan unknown: ${why}. What a run would apply, and whether that destroys data, is not known before it is done, and stage ${target.stage} is protected. Nothing was changed.`,
    {
      category: "refused",
      hint: `If that is meant, say so: migrate-remote run --stage ${target.stage} --without-plan${consent}`,
    },
  );
}

import type { RunOption } from "../contract/codec.js";
import { Failure } from "../contract/failure.js";
import { refuseUnsupported } from "./ask.js";
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
  if (tellsPlan(context)) return;
  if (context.target.protected && !request.withoutPlan) throw planWanted(context, request);
}

const plansNeedIds =
  "A plan that can be pinned to a file comes with our handler (contract migrate-remote). Leave --plan out.";
const detachNeedsLedger =
  "Without a ledger nobody could say what became of the run, and Lambda may deliver it twice. Leave --detach out; our handler (contract migrate-remote) has a ledger.";

/** False where a run's work is known only after it. */
export function tellsPlan({ codec }: Pick<StageContext, "codec">): boolean {
  return codec.unsupported["dry-run"] === undefined;
}

function cannot({ codec }: StageContext, flag: string, hint: string): Failure {
  return new Failure(
    "unsupported_operation",
    `Contract ${codec.contract} cannot do ${flag}. Nothing was sent.`,
    { hint },
  );
}

function planWanted({ codec, target, askPhrase }: StageContext, { confirm }: RunRequest): Failure {
  const consent = askPhrase === undefined || confirm !== undefined ? " --confirm" : "";
  return new Failure(
    "plan_unknown",
    `Contract ${codec.contract} has no dry-run: what a run would apply, and whether that destroys data, is not known before it is done, and stage ${target.stage} is protected. Nothing was sent.`,
    {
      category: "refused",
      hint: `If that is meant, say so: migrate-remote run --stage ${target.stage} --without-plan${consent}`,
    },
  );
}

import { Failure } from "../contract/failure.js";
import { nearMiss } from "../contract/near-miss.js";
import { revisionsMeant } from "../contract/revision-name.js";
import { hasStatus } from "./ask.js";
import { hasRequiredHead, headWords, type RequiredHead } from "./deploy/heads.js";
import { howToDeploy } from "./deploy/how-to-deploy.js";
import type { PlannedRun } from "./plan-run.js";
import { hasDryRun } from "./refuse-options.js";
import type { StageContext } from "./stage-context.js";

/** Known before anything is sent: nothing would tell the head. */
export function refuseUntoldHead(context: StageContext, required: RequiredHead | undefined): void {
  if (required === undefined || hasDryRun(context) || hasStatus(context)) return;
  throw untold(context, "it has no read. Nothing was sent.");
}

/** What is deployed must have this head, whatever the plan says: code without the newest migration finds nothing pending. */
export async function requireHead(
  context: StageContext,
  required: RequiredHead | undefined,
  { view, stop }: PlannedRun,
): Promise<void> {
  if (required === undefined) return;
  const deployed = view.headRevisions;
  const isTold = deployed.length > 0 || (context.codec.tracksRuns && view.state !== undefined);
  if (!isTold) {
    // Whatever kept the plan from being made is the thing to mend.
    if (stop?.error !== undefined) return;
    throw untold(context, "its answer names none. Nothing was executed.");
  }
  if (hasRequiredHead(deployed, required)) return;
  if (required.from === "option") await refuseMistyped(required, deployed);
  const { stage } = context.target;
  const wanted =
    required.from === "option"
      ? `--require-head asks for ${required.revision}`
      : `the repository has ${headWords(required.heads)}`;
  throw new Failure(
    "stale_code",
    `The code of stage ${stage} is not the one to run: its head is ${headWords(deployed)}, and ${wanted}. Nothing was changed.`,
    {
      category: "refused",
      hint: howToDeploy(context.target),
      details: {
        deployedHeads: deployed,
        requiredHeads: required.from === "option" ? [required.revision] : required.heads,
      },
    },
  );
}

/** What neither side has is no sign of old code. */
async function refuseMistyped(
  { revision, inRepository }: Extract<RequiredHead, { from: "option" }>,
  deployed: readonly string[],
): Promise<void> {
  const known = await inRepository();
  if (known === undefined || revisionsMeant(known, revision).length > 0) return;
  const near = nearMiss(revision, [...known, ...deployed]);
  throw new Failure(
    "unknown_revision",
    `--require-head asks for ${revision}, and neither the repository nor the deployed code, whose head is ${headWords(deployed)}, has it. Nothing was changed.`,
    {
      hint:
        near === undefined
          ? "Say --require-head alone: then the repository's own head is asked for."
          : `Did you mean ${near}?`,
    },
  );
}

function untold({ codec }: StageContext, why: string): Failure {
  return new Failure(
    "unsupported_operation",
    `Contract ${codec.contract} cannot do --require-head: which head revision the deployed code has cannot be known, because ${why}`,
    { hint: "Leave --require-head out. Our handler (contract migrate-remote) says which it has." },
  );
}

import { isDeepStrictEqual } from "node:util";
import type { DryRunOperation } from "../contract/operations.js";
import { ask, hasStatus, outcomeError } from "./ask.js";
import { pendingRevisions } from "./history-view.js";
import type { ResultError } from "./results.js";
import type { FunctionFacts, StageContext } from "./stage-context.js";

/**
 * A dry-run that lists nothing may have been read in the wrong place. Where status is another event of a function that is not ours, it is asked too:
 * undefined where it does not contradict.
 */
export async function contradictedByStatus(
  context: StageContext,
  dryRun: DryRunOperation,
  facts: FunctionFacts,
): Promise<ResultError | undefined> {
  const { codec, target } = context;
  const status = { kind: "status" } as const;
  // What lies beyond a target is pending, and not due.
  if (codec.tracksRuns || dryRun.targetRevision !== undefined || !hasStatus(context)) return undefined;
  if (isDeepStrictEqual(codec.encode(status), codec.encode(dryRun))) return undefined;
  const { outcome } = await ask(context, status, facts.answerTimeoutMs);
  if (outcome.kind !== "report") return outcomeError(outcome, codec, target.stage);
  if (outcome.report.error !== undefined) return outcome.report.error;
  const pending = pendingRevisions(outcome.report);
  if (pending.length === 0 && outcome.report.state !== "pending_migrations") return undefined;
  const which =
    pending.length === 0 ? "something is" : `${pending.join(", ")} ${pending.length === 1 ? "is" : "are"}`;
  return {
    code: "unexpected_answer",
    message: `The dry-run says that nothing is pending, and status says that ${which}. Nothing was executed.`,
    hint: `Check where the answers are read in .migraterc.json, and look: migrate-remote status --stage ${target.stage}`,
  };
}

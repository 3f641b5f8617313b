import type { Report } from "../contract/report.js";
import { ask, outcomeError } from "./ask.js";
import { intendRepair, type Repair, tellsRepairs, toldRepair } from "./intended-repair.js";
import type { FunctionFacts, StageContext } from "./stage-context.js";

/**
 * What a repair will change, so that consent is given to that and to nothing else: told by the far side that will carry it out, because
 * which rows go with a revision is the engine's to say (branches, failed rows, rows that only the database has).
 */
export async function announceRepair(
  context: StageContext,
  before: Report | undefined,
  revision: string | undefined,
  facts: FunctionFacts,
): Promise<Repair> {
  const { codec, target } = context;
  const seen = intendRepair(before, revision, { codec, stage: target.stage });
  if (seen.kind !== "intended" || revision === undefined || !tellsRepairs(codec)) return seen;
  const { outcome } = await ask(context, { kind: "fix-history-dry-run", revision }, facts.answerTimeoutMs);
  if (outcome.kind !== "report")
    return { kind: "refused", error: outcomeError(outcome, codec, target.stage) };
  // An older handler of ours takes it for a repair without consent, and refuses.
  return outcome.report.error?.code === "confirm_required" ? seen : toldRepair(outcome.report);
}

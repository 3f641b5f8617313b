import { ask, outcomeError } from "./ask.js";
import { emptyHistory, historyView, withoutSql } from "./history-view.js";
import type { StatusResult } from "./results.js";
import {
  asking,
  checkAutoMigrate,
  functionFacts,
  type StageContext,
  targetSummary,
} from "./stage-context.js";

export async function readStatus(context: StageContext): Promise<StatusResult> {
  const facts = await functionFacts(context);
  checkAutoMigrate(context, facts);
  context.emit({ type: "waiting", message: asking(context, "its status", facts) });
  const { outcome } = await ask(context, { kind: "status" }, facts.answerTimeoutMs);
  const base = { command: "status", ...targetSummary(context) } as const;
  if (outcome.kind !== "report") {
    return {
      ...base,
      ...emptyHistory,
      error: outcomeError(outcome, context.codec, context.target.stage),
    };
  }
  const view = withoutSql(await historyView(outcome.report, context));
  const { error } = outcome.report;
  return { ...base, ...view, ...(error === undefined ? {} : { error }) };
}

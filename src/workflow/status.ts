import { ask, outcomeError, refuseUnsupported } from "./ask.js";
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
  const operation = { kind: "status" } as const;
  refuseUnsupported(context.codec, operation.kind);
  const facts = await functionFacts(context);
  checkAutoMigrate(context, facts);
  const { functionName } = context.codec.encode(operation);
  context.emit({ type: "waiting", message: asking(context, "its status", facts, functionName) });
  const { outcome } = await ask(context, operation, facts.answerTimeoutMs);
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

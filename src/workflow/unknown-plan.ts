import { ask, hasStatus, outcomeError } from "./ask.js";
import { emptyHistory, historyView } from "./history-view.js";
import type { PlannedRun } from "./plan-run.js";
import { noDryRun } from "./refuse-options.js";
import { asking, type FunctionFacts, type StageContext } from "./stage-context.js";

/** What can be known before a run whose contract tells no plan: what is applied now, where there is a read. */
export async function unknownPlan(context: StageContext, facts: FunctionFacts): Promise<PlannedRun> {
  const { codec, target, emit } = context;
  const unknown = { migrations: [], revisions: [], hasLedger: false, isKnown: false, repairsFirst: false };
  sayUnknown(context, noDryRun(context));
  if (!hasStatus(context)) return { ...unknown, view: emptyHistory };
  const operation = { kind: "status" } as const;
  const { functionName } = codec.encode(operation);
  emit({ type: "waiting", message: asking(context, "what is applied", facts, functionName) });
  const { outcome } = await ask(context, operation, facts.answerTimeoutMs);
  const error = outcome.kind === "report" ? outcome.report.error : outcomeError(outcome, codec, target.stage);
  if (outcome.kind === "report" && error === undefined) {
    const view = await historyView(outcome.report, context);
    return { ...unknown, view, before: outcome.report };
  }
  emit({
    type: "warning",
    code: "history_unread",
    message: `What is applied now could not be read: ${error?.message ?? "no reason was given."}`,
    ...(error?.hint === undefined ? {} : { hint: error.hint }),
  });
  return { ...unknown, view: emptyHistory };
}

export function sayUnknown({ emit }: StageContext, why: string): void {
  emit({
    type: "warning",
    code: "plan_unknown",
    message: `Plan unknown: ${why}. Which migrations will be applied, and whether they destroy data, is not known before it is done.`,
  });
}

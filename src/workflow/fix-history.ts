import type { FixHistoryOperation } from "../contract/operations.js";
import type { Report } from "../contract/report.js";
import { outcomeError, refuseUnsupported } from "./ask.js";
import { type Confirm, obtainConsent, refuseWithoutSnapshot } from "./consent.js";
import { emptyHistory, historyView } from "./history-view.js";
import { invokeAndFollow } from "./invoke-and-follow.js";
import type { FixHistoryResult } from "./results.js";
import {
  checkAccount,
  checkAutoMigrate,
  functionFacts,
  type StageContext,
  targetSummary,
} from "./stage-context.js";
import { failureOutcome, lostAnswer, reportError } from "./verdict.js";

export interface FixHistoryRequest {
  revision?: string;
  confirm?: Confirm;
}

/** Repairs history without executing a migration. Done twice it changes nothing more, so a lost answer is safe to repeat. */
export async function fixHistory(
  context: StageContext,
  request: FixHistoryRequest,
): Promise<FixHistoryResult> {
  const began = context.now().getTime();
  refuseUnsupported(context.codec, "fix-history");
  const facts = await functionFacts(context);
  checkAutoMigrate(context, facts);
  await checkAccount(context);
  refuseWithoutSnapshot(context);
  await obtainConsent(context, request.confirm, "rewrite the migration history");

  const operation: FixHistoryOperation = {
    kind: "fix-history",
    ...(request.revision === undefined ? {} : { revision: request.revision }),
    run: { runId: context.makeRunId(), part: 1, requestedBy: context.requestedBy },
  };
  const { asked, lost, logs } = await invokeAndFollow(context, operation, facts);
  const base = {
    command: "fix-history",
    ...targetSummary(context),
    runId: operation.run.runId,
    logs,
    durationMs: context.now().getTime() - began,
  } as const;
  if (asked?.outcome.kind === "report")
    return { ...base, ...(await fromReport(context, asked.outcome.report)) };
  const error =
    asked === undefined ? lostAnswer(lost) : outcomeError(asked.outcome, context.codec, context.target.stage);
  return { ...base, ...emptyHistory, outcome: "unknown", recorded: [], removed: [], error };
}

async function fromReport(context: StageContext, report: Report) {
  const revisions = (status: string) =>
    report.migrations.filter((migration) => migration.status === status).map(({ revision }) => revision);
  const recorded = revisions("recorded");
  const removed = revisions("removed");
  const view = { ...(await historyView(report, context.loadSqlParser)), recorded, removed };
  if (report.success) {
    return { ...view, outcome: recorded.length + removed.length > 0 ? "repaired" : "nothing_to_do" } as const;
  }
  const error = reportError(report);
  return { ...view, outcome: failureOutcome(report, error, recorded.length + removed.length), error };
}

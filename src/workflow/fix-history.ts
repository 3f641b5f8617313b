import type { FixHistoryOperation } from "../contract/operations.js";
import type { Report } from "../contract/report.js";
import { announceRepair } from "./announce-repair.js";
import { hasStatus, keepsLedger, refuseUnsupported, refuseUnwritable } from "./ask.js";
import { type Confirm, checkPhrase } from "./consent.js";
import { executeAndJudge, statusReport } from "./execute-and-judge.js";
import { emptyHistory, historyChanges, historyView, withoutSql } from "./history-view.js";
import type { FixHistoryResult, HistoryChanges, HistoryView } from "./results.js";
import { lockedOut, runAtWork } from "./run-at-work.js";
import { safeguard } from "./safeguard.js";
import type { SafeguardRequest } from "./snapshots/way-back.js";
import { wayBackView } from "./snapshots/way-back-view.js";
import {
  checkAccount,
  checkAutoMigrate,
  functionFacts,
  type StageContext,
  targetSummary,
} from "./stage-context.js";
import type { JudgedRun } from "./verdict.js";

export interface FixHistoryRequest {
  revision?: string;
  confirm?: Confirm;
  safeguard: SafeguardRequest;
}

/** Repairs history without executing a migration. */
export async function fixHistory(
  context: StageContext,
  request: FixHistoryRequest,
): Promise<FixHistoryResult> {
  const began = context.now().getTime();
  refuseUnsupported(context.codec, "fix-history");
  refuseUnwritable(context, {
    kind: "fix-history",
    ...(request.revision === undefined ? {} : { revision: request.revision }),
  });
  checkPhrase(context, request.confirm);
  await checkAccount(context);
  const facts = await functionFacts(context);
  checkAutoMigrate(context, facts);
  const before = await statusReport(context, facts);
  const finish = (end: RepairEnd): FixHistoryResult => ({
    command: "fix-history",
    ...targetSummary(context),
    recorded: [],
    removed: [],
    ...end,
    durationMs: context.now().getTime() - began,
  });
  const wanted = await announceRepair(context, before, request.revision, facts);
  const unchanged = async (end: Omit<RepairEnd, keyof HistoryView>) =>
    finish({
      ...(before === undefined ? emptyHistory : withoutSql(await historyView(before, context))),
      ...end,
    });
  if (wanted.kind === "refused") return unchanged({ outcome: "not_started", error: wanted.error });
  if (wanted.kind !== "intended") return unchanged({ outcome: "nothing_to_do" });
  const atWork = runAtWork(before?.problems ?? []);
  if (atWork !== undefined)
    return unchanged({ outcome: "locked", error: lockedOut(atWork, context.target.stage) });
  context.emit({ type: "repair", target: targetSummary(context), repair: wanted.repair });
  const runId = context.makeRunId();
  const permit = await safeguard(
    context,
    {
      act:
        wanted.repair.to === undefined
          ? "rewrite the migration history"
          : `rewrite the migration history to ${wanted.repair.to.join(", ")}`,
      runId,
      isKnown: true,
      migrations: [],
      revisions: before?.currentRevisions ?? [],
      database: before?.database,
    },
    { ...request.safeguard, ...(request.confirm === undefined ? {} : { confirm: request.confirm }) },
  );

  const operation: FixHistoryOperation = {
    kind: "fix-history",
    ...(request.revision === undefined ? {} : { revision: request.revision }),
    run: {
      runId,
      part: 1,
      requestedBy: context.requestedBy,
      ...(wanted.planId === undefined ? {} : { planId: wanted.planId }),
      ...(await context.origin()),
    },
  };
  await context.remember({ runId, stage: context.target.stage, function: context.target.functionName });
  const hasLedger = keepsLedger(context.codec, before);
  context.emit({ type: "started", runId, hasLedger, hasStatus: hasStatus(context) });
  const startedAt = context.now().toISOString();
  const executable = { hasLedger, expected: { repairs: true } };
  const { result, logs } = await executeAndJudge(context, permit, operation, executable, facts);
  const { applied: _, appliedKnown: __, parts: ___, evidence: ____, outcome, ...view } = withoutSql(result);
  const changed = historyChanges(result);
  const wayBack = wayBackView(context, permit.wayBack, startedAt);
  const ended = outcomeOf(outcome, changed, moved(hasLedger, before, result));
  return finish({ ...view, ...changed, outcome: ended, runId, logs, wayBack });
}

type RepairEnd = HistoryView & Partial<FixHistoryResult> & Pick<FixHistoryResult, "outcome">;

function outcomeOf(
  outcome: JudgedRun["outcome"],
  { recorded, removed }: HistoryChanges,
  isMoved: boolean | undefined,
): FixHistoryResult["outcome"] {
  switch (outcome) {
    case "failed":
    case "locked":
    case "not_started":
    case "unknown":
    case "repaired":
      return outcome;
    default:
      if (recorded.length + removed.length > 0 || isMoved === true) return "repaired";
      return isMoved === false ? "nothing_to_do" : "succeeded";
  }
}

/** Our handlers list what they changed; of others only a look before and one after can tell. */
function moved(hasLedger: boolean, before: Report | undefined, after: JudgedRun): boolean | undefined {
  if (hasLedger) return false;
  const isKnown = before?.state !== undefined && after.state !== undefined;
  if (!isKnown) return undefined;
  const told = ({ state, currentRevisions }: Pick<JudgedRun, "state" | "currentRevisions">) =>
    JSON.stringify([state, currentRevisions]);
  return told(before) !== told(after);
}

import type { RunOperation } from "../contract/operations.js";
import type { RunRecord } from "../contract/run-record.js";
import { refuseUnsupported } from "./ask.js";
import { statusReport } from "./execute-and-judge.js";
import { executeRun, patienceFor } from "./execute-run.js";
import { withoutSql } from "./history-view.js";
import { followRun } from "./logs/invocation.js";
import { type Permit, permitToGoOn } from "./permit.js";
import type { RunResult } from "./results.js";
import { showRun } from "./runs.js";
import { recordedWayBackView } from "./snapshots/way-back-view.js";
import { checkAutoMigrate, functionFacts, type StageContext, targetSummary } from "./stage-context.js";
import { timeOfRun } from "./time-of-run.js";
import { judgeExecution } from "./verdict.js";

/** How long an asynchronous invocation may take to begin before a run that no ledger knows counts as lost. */
const deliveryMs = 60_000;

/** Rejoins a run, whoever began it, and follows it to its verdict. A paused one is gone on with: its consent was given. */
export async function attachRun(
  context: StageContext,
  runId: string,
  { isNoted }: { isNoted: boolean },
): Promise<RunResult> {
  const began = context.now().getTime();
  const time = timeOfRun(runId);
  refuseUnsupported(context.codec, "run-result");
  const facts = await functionFacts(context);
  checkAutoMigrate(context, facts);
  // A run that neither this machine nor the ledger knows is a slip of the pen: nothing to wait for, nothing to fence.
  if (!isNoted) await showRun(context, runId);
  const operation: RunOperation = {
    kind: "run",
    fixHistory: false,
    run: { runId, part: 1, requestedBy: context.requestedBy, ...(await context.origin()) },
  };
  context.emit({ type: "started", runId, hasLedger: true, hasStatus: true });
  let record: RunRecord | undefined;
  const { result, logs } = await followRun(
    context,
    { runId, since: time.getTime() },
    facts,
    async (watched) => {
      const execution = await executeRun(watched, operation, {
        begin: "attach",
        permit: (row) => permitOf(context, runId, row),
        fenceAfter: time.getTime() + facts.answerTimeoutMs + deliveryMs,
        timeoutMs: facts.answerTimeoutMs,
        patience: patienceFor(facts),
      });
      record = execution.record;
      return judgeExecution(execution, runId, context, () => statusReport(context, facts));
    },
  );
  const wayBack = record === undefined ? undefined : recordedWayBackView(context, record);
  return {
    command: "run",
    ...targetSummary(context),
    dryRun: false,
    runId,
    planned: [],
    planKnown: true,
    ...withoutSql(result),
    logs,
    ...(wayBack === undefined ? {} : { wayBack }),
    durationMs: lasted(record) ?? context.now().getTime() - began,
  };
}

/** Attaching begins no run, it goes on with one: what that takes is in the ledger. */
function permitOf(context: StageContext, runId: string, record: RunRecord | undefined): Promise<Permit> {
  if (record === undefined) throw new Error(`part of run ${runId} about to be sent, and no row of it`);
  return permitToGoOn(context, record);
}

/** The run's own time, not ours. */
function lasted(record: RunRecord | undefined): number | undefined {
  if (record?.finishedAt === undefined) return undefined;
  const ms = Date.parse(record.finishedAt) - Date.parse(record.startedAt);
  return ms >= 0 ? ms : undefined;
}

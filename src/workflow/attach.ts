import { Failure } from "../contract/failure.js";
import type { RunOperation } from "../contract/operations.js";
import { runIdPattern, runIdTime } from "../contract/run-id.js";
import { refuseUnsupported } from "./ask.js";
import { statusReport } from "./execute-and-judge.js";
import { executeRun, patienceFor } from "./execute-run.js";
import { followRun } from "./follow-run.js";
import { withoutSql } from "./history-view.js";
import type { RunResult } from "./results.js";
import { checkAutoMigrate, functionFacts, type StageContext, targetSummary } from "./stage-context.js";
import { judgeExecution } from "./verdict.js";

/** How long an asynchronous invocation may take to begin before a run that no ledger knows counts as lost. */
const deliveryMs = 60_000;

/** When a run id was made; a text that is none is the caller's mistake. */
export function timeOfRun(runId: string): Date {
  const time = runIdPattern.test(runId) ? runIdTime(runId) : undefined;
  if (time !== undefined) return time;
  throw new Failure("usage", `${JSON.stringify(runId.slice(0, 100))} is not a run id.`, {
    category: "usage",
    hint: "A run id looks like 20261120T104512Z-9f3c1a7e; `migrate-remote runs` lists them.",
  });
}

/** Rejoins a run, whoever began it, and follows it to its verdict. A paused one is gone on with: its consent was given. */
export async function attachRun(context: StageContext, runId: string): Promise<RunResult> {
  const began = context.now().getTime();
  const time = timeOfRun(runId);
  refuseUnsupported(context.codec, "run-result");
  const facts = await functionFacts(context);
  checkAutoMigrate(context, facts);
  const operation: RunOperation = {
    kind: "run",
    fixHistory: false,
    run: { runId, part: 1, requestedBy: context.requestedBy, ...(await context.origin()) },
  };
  context.emit({ type: "started", runId, hasLedger: true });
  const { result, logs } = await followRun(context, { runId, since: time.getTime() }, facts, async () => {
    const execution = await executeRun(context, operation, {
      begin: "attach",
      fenceAfter: time.getTime() + facts.answerTimeoutMs + deliveryMs,
      timeoutMs: facts.answerTimeoutMs,
      patience: patienceFor(facts),
    });
    return judgeExecution(execution, context, () => statusReport(context, facts));
  });
  return {
    command: "run",
    ...targetSummary(context),
    dryRun: false,
    runId,
    planned: [],
    ...withoutSql(result),
    logs,
    durationMs: context.now().getTime() - began,
  };
}

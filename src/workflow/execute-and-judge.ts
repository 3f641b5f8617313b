import type { Report } from "../contract/report.js";
import { ask } from "./ask.js";
import type { WorkflowEvent } from "./events.js";
import { executeRun, patienceFor } from "./execute-run.js";
import { executeUntracked, historyAfter } from "./execute-untracked.js";
import type { WritingOperation } from "./invoke.js";
import { type Followed, followRun } from "./logs/invocation.js";
import type { Permit } from "./permit.js";
import type { ResultError } from "./results.js";
import { type Expected, isReached } from "./seen-history.js";
import type { FunctionFacts, StageContext } from "./stage-context.js";
import { type JudgedRun, judgeExecution, nothing } from "./verdict.js";
import { judgeAnswered, judgeRepair, judgeUnanswered } from "./verdict-untracked.js";

export interface Executable {
  hasLedger: boolean;
  /** Without a ledger only this tells whether a run did what it was to do. */
  expected: Expected;
}

/** Sends a writing operation, shows its log lines meanwhile, and finds out what became of it. */
export function executeAndJudge(
  context: StageContext,
  permit: Permit,
  operation: WritingOperation,
  { hasLedger, expected }: Executable,
  facts: FunctionFacts,
): Promise<Followed<JudgedRun>> {
  const run = { runId: operation.run.runId, since: context.now().getTime() };
  return followRun(context, run, facts, async (watched) => {
    if (!hasLedger) return executeAndVerify(watched, permit, operation, expected, facts);
    const options = {
      begin: "begin",
      permit: async () => permit,
      timeoutMs: facts.answerTimeoutMs,
      patience: patienceFor(facts),
    } as const;
    const execution = await executeRun(watched, operation, options);
    return judgeExecution(execution, operation.run.runId, context, () => statusReport(context, facts));
  });
}

async function executeAndVerify(
  context: StageContext,
  permit: Permit,
  operation: WritingOperation,
  expected: Expected,
  facts: FunctionFacts,
): Promise<JudgedRun> {
  const sentAt = context.now().getTime();
  const sent = await executeUntracked(context, permit, operation, facts.answerTimeoutMs);
  if (sent.kind === "not-executed") {
    return { ...nothing(), appliedKnown: true, outcome: "not_started", error: sent.error };
  }
  const after = await historyAfter(context, sent, sentAt, facts, {
    read: () => statusReport(context, facts),
    isReached: (report) => isReached(context, report, expected),
  });
  if (sent.kind === "lost") {
    const judged = await judgeUnanswered(sent, after, expected, context);
    if (judged.error === undefined) context.emit(foundOut(sent.error));
    return judged;
  }
  if (after === undefined && context.codec.verification !== "none") warnUnverified(context);
  return operation.kind === "run"
    ? judgeAnswered(sent.report, after, expected, context)
    : judgeRepair(sent.report, after, context);
}

function foundOut({ message }: ResultError): WorkflowEvent {
  return {
    type: "warning",
    code: "answer_lost",
    message: `${message} The database's own history says that all of the plan is applied.`,
  };
}

function warnUnverified({ emit, target: { stage } }: StageContext): void {
  emit({
    type: "warning",
    code: "not_verified",
    message:
      "What is applied could not be read afterwards: what is said of the run is the function's own word.",
    hint: `Look yourself: migrate-remote status --stage ${stage}`,
  });
}

/** A read may fail as well; then nothing is known. */
export async function statusReport(context: StageContext, facts: FunctionFacts): Promise<Report | undefined> {
  try {
    const { outcome } = await ask(context, { kind: "status" }, facts.answerTimeoutMs);
    return outcome.kind === "report" && outcome.report.success ? outcome.report : undefined;
  } catch {
    context.signal.throwIfAborted();
    return undefined;
  }
}

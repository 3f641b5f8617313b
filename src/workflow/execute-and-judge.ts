import type { Report } from "../contract/report.js";
import { ask } from "./ask.js";
import { executeRun, patienceFor } from "./execute-run.js";
import { executeUntracked } from "./execute-untracked.js";
import { emptyHistory } from "./history-view.js";
import type { WritingOperation } from "./invoke.js";
import { type Followed, followRun } from "./logs/invocation.js";
import type { Permit } from "./permit.js";
import type { FunctionFacts, StageContext } from "./stage-context.js";
import { type JudgedRun, judgeExecution, judgeReport, judgeStatus } from "./verdict.js";

export interface Executable {
  hasLedger: boolean;
  /** What is to be applied; without a ledger only this tells whether it was. */
  revisions: string[];
}

/** Sends a writing operation, shows its log lines meanwhile, and finds out what became of it. */
export function executeAndJudge(
  context: StageContext,
  permit: Permit,
  operation: WritingOperation,
  { hasLedger, revisions }: Executable,
  facts: FunctionFacts,
): Promise<Followed<JudgedRun>> {
  const run = { runId: operation.run.runId, since: context.now().getTime() };
  const status = () => statusReport(context, facts);
  return followRun(context, run, facts, async (watched) => {
    if (hasLedger) {
      const options = {
        begin: "begin",
        permit: async () => permit,
        timeoutMs: facts.answerTimeoutMs,
        patience: patienceFor(facts),
      } as const;
      return judgeExecution(await executeRun(watched, operation, options), context, status);
    }
    const end = await executeUntracked(watched, permit, operation, facts.answerTimeoutMs);
    if (end.kind === "report") return judgeReport(end.report, context);
    if (end.kind === "not-executed") {
      return { ...emptyHistory, outcome: "not_started", evidence: "none", applied: [], error: end.error };
    }
    context.emit({ type: "waiting", message: "The answer is missing; asking the database what is applied" });
    return judgeStatus(await status(), revisions, end.error, context);
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

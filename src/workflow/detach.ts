import { Failure } from "../contract/failure.js";
import type { RunOperation } from "../contract/operations.js";
import { notExecuted } from "../remote/execution.js";
import { noLedger } from "./execute-run.js";
import { invokeToWrite } from "./invoke.js";
import type { Permit } from "./permit.js";
import type { PlannedRun } from "./plan-run.js";
import type { Evidence, ResultError, RunOutcome } from "./results.js";
import { lostAnswer } from "./send.js";
import type { FunctionFacts, StageContext } from "./stage-context.js";

/** Hands the run to Lambda and leaves. Lambda may deliver it twice; the ledger lets it execute once. */
export async function detachRun(
  context: StageContext,
  permit: Permit,
  operation: RunOperation,
  plan: PlannedRun,
  facts: FunctionFacts,
): Promise<{ outcome: RunOutcome; evidence: Evidence; error?: ResultError }> {
  // Without a ledger nobody could ever say what became of it, and a second delivery would execute it again.
  if (!plan.hasLedger) throw noLedger(context);
  const { signal } = context;
  try {
    await invokeToWrite(context, permit, operation, { type: "event", timeoutMs: facts.answerTimeoutMs });
    return { outcome: "detached", evidence: "none" };
  } catch (error) {
    signal.throwIfAborted();
    if (notExecuted(error) !== undefined)
      return { outcome: "not_started", evidence: "none", error: lostAnswer(error) };
    throw new Failure("answer_lost", `Whether Lambda took run ${operation.run.runId} is not known.`, {
      category: "unknown",
      hint: `Find out: migrate-remote attach ${operation.run.runId} --stage ${context.target.stage}`,
      cause: error,
    });
  }
}

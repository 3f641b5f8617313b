import type { Outcome } from "../contract/codec.js";
import { Failure } from "../contract/failure.js";
import type { Report } from "../contract/report.js";
import { notExecuted } from "../remote/execution.js";
import type { Invocation } from "../remote/far-side.js";
import { outcomeError, refuseUnsupported, understood } from "./ask.js";
import { invokeToWrite, type WritingOperation } from "./invoke.js";
import type { Permit } from "./permit.js";
import type { ResultError } from "./results.js";
import type { StageContext } from "./stage-context.js";

/** What one request that writes came to. */
export type Sent =
  | { kind: "report"; report: Report }
  /** Provably nothing was executed; `again`: sending it again may help. */
  | { kind: "not-executed"; again: boolean; error: ResultError }
  /**
   * It may have executed. `ended`: the function's own code came to its end, with an error or with an answer that says nothing. `died`: it
   * was stopped or crashed, and PostgreSQL may still be at work for it.
   */
  | { kind: "lost"; ended: boolean; died: boolean; error: ResultError };

/** Sends a request that writes, once. Throws only where it was interrupted. */
export async function send(
  context: StageContext,
  permit: Permit,
  operation: WritingOperation,
  timeoutMs: number,
): Promise<Sent> {
  const { codec, signal, target } = context;
  refuseUnsupported(codec, operation.kind);
  let invocation: Invocation;
  try {
    invocation = await invokeToWrite(context, permit, operation, { timeoutMs });
  } catch (error) {
    signal.throwIfAborted();
    const proof = notExecuted(error);
    return proof === undefined
      ? { kind: "lost", ended: false, died: false, error: lostAnswer(error) }
      : { kind: "not-executed", ...proof, error: lostAnswer(error) };
  }
  const { outcome } = understood(context, operation, invocation);
  if (outcome.kind === "report") return { kind: "report", report: outcome.report };
  const error = outcomeError(outcome, codec, target.stage);
  if (error.code === "function_did_not_start") return { kind: "not-executed", again: false, error };
  const ended = cameToItsEnd(outcome);
  return { kind: "lost", ended, died: !ended, error };
}

function cameToItsEnd(outcome: Exclude<Outcome, { kind: "report" }>): boolean {
  if (outcome.kind === "unexpected") return true;
  return !outcome.timedOut && !/^(Runtime|Sandbox|Extension)\./.test(outcome.type);
}

/** Nothing came back: why, as far as the network told. */
export function lostAnswer(lost: unknown): ResultError {
  if (!(lost instanceof Failure))
    return { code: "answer_lost", message: "The function's answer did not arrive." };
  return { code: lost.code, message: lost.message, ...(lost.hint === undefined ? {} : { hint: lost.hint }) };
}

import type { Report } from "../contract/report.js";
import { notExecuted } from "../remote/execution.js";
import { type Asked, ask, outcomeError } from "./ask.js";
import { delay } from "./delay.js";
import type { WritingOperation } from "./execute-run.js";
import type { ResultError } from "./results.js";
import type { StageContext } from "./stage-context.js";
import { lostAnswer } from "./verdict.js";

export type UntrackedEnd =
  | { kind: "report"; report: Report }
  | { kind: "not-executed"; error: ResultError }
  /** It may have executed: only the database can tell. */
  | { kind: "lost"; error: ResultError };

const attempts = 5;

/** For a far side without a ledger: sent again only where the request provably executed nothing, and never after that. */
export async function executeUntracked(
  context: StageContext,
  operation: WritingOperation,
  timeoutMs: number,
): Promise<UntrackedEnd> {
  const { farSide, codec, signal, target } = context;
  for (let attempt = 1; ; attempt += 1) {
    let asked: Asked;
    try {
      asked = await ask(farSide, codec, operation, { timeoutMs, signal });
    } catch (error) {
      signal.throwIfAborted();
      const proof = notExecuted(error);
      if (proof === undefined) return { kind: "lost", error: lostAnswer(error) };
      if (!proof.again || attempt === attempts) return { kind: "not-executed", error: lostAnswer(error) };
      context.emit({ type: "waiting", message: "The request did not get through; sending it again" });
      await delay(250 * 2 ** attempt * (0.75 + Math.random() / 2), signal);
      continue;
    }
    if (asked.outcome.kind === "report") return { kind: "report", report: asked.outcome.report };
    const error = outcomeError(asked.outcome, codec, target.stage);
    return error.code === "function_did_not_start"
      ? { kind: "not-executed", error }
      : { kind: "lost", error };
  }
}

import type { Report } from "../contract/report.js";
import { delay } from "./delay.js";
import type { WritingOperation } from "./invoke.js";
import type { Permit } from "./permit.js";
import { type Sent, send } from "./send.js";
import type { FunctionFacts, StageContext } from "./stage-context.js";

const attempts = 5;

/** For a far side without a ledger: sent again only where the request provably executed nothing, and never after that. */
export async function executeUntracked(
  context: StageContext,
  permit: Permit,
  operation: WritingOperation,
  timeoutMs: number,
): Promise<Sent> {
  for (let attempt = 1; ; attempt += 1) {
    const sent = await send(context, permit, operation, timeoutMs);
    if (sent.kind !== "not-executed" || !sent.again || attempt === attempts) return sent;
    context.emit({ type: "waiting", message: "The request did not get through; sending it again" });
    await delay(250 * 2 ** attempt * (0.75 + Math.random() / 2), context.signal);
    context.signal.throwIfAborted();
  }
}

/** After the function's end PostgreSQL may still be at work, or be coming back. */
const settlingMs = 30_000;

/**
 * Reads the database's history after a run. Where the answer was lost the function may still be at work: then it is read again until
 * nothing can change it any more, or until no invocation can be running.
 */
export async function historyAfter(
  context: StageContext,
  sent: Exclude<Sent, { kind: "not-executed" }>,
  sentAt: number,
  { answerTimeoutMs }: FunctionFacts,
  { read, isReached }: { read: () => Promise<Report | undefined>; isReached: (after: Report) => boolean },
): Promise<Report | undefined> {
  if (context.codec.verification === "none") return undefined;
  const isLost = sent.kind === "lost";
  context.emit({
    type: "waiting",
    message: isLost
      ? "The answer is missing; asking the database what is applied"
      : "Verifying what is applied",
  });
  if (!isLost || sent.ended) return read();
  const now = () => context.now().getTime();
  const deadline = sent.died ? now() + settlingMs : sentAt + answerTimeoutMs + settlingMs;
  for (let pauseMs = 500; ; pauseMs = Math.min(pauseMs * 2, 8_000)) {
    const after = await read();
    const left = deadline - now();
    if (left <= 0 || (after !== undefined && isReached(after))) return after;
    await delay(Math.min(pauseMs, left), context.signal);
    context.signal.throwIfAborted();
  }
}

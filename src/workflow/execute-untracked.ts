import { delay } from "./delay.js";
import type { WritingOperation } from "./invoke.js";
import type { Permit } from "./permit.js";
import { type Sent, send } from "./send.js";
import type { StageContext } from "./stage-context.js";

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

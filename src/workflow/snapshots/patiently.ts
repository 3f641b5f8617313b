import { RemoteError } from "../../remote/remote-error.js";
import { delay } from "../delay.js";
import type { StageContext } from "../stage-context.js";
import { asLong } from "./age.js";

/** What passes by itself: while something is waited for that takes minutes it is no reason to give up. */
const passing = new Set(["network", "throttled", "service_error"]);

/** Asks again where AWS turns a read away or cannot be reached, until the deadline (milliseconds since the epoch). Said once. */
export async function patiently<T>(
  { emit, now, signal }: StageContext,
  deadline: number,
  read: () => Promise<T>,
): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await read();
    } catch (error) {
      signal.throwIfAborted();
      const leftMs = deadline - now().getTime();
      if (!(error instanceof RemoteError) || !passing.has(error.code) || leftMs <= 0) throw error;
      if (failures === 0) {
        emit({
          type: "warning",
          code: error.code,
          message: `${error.message} Asking again, at most ${asLong(leftMs)} more.`,
        });
      }
      const waitMs = Math.min(500 * 2 ** failures, 15_000, leftMs) * (0.75 + Math.random() / 2);
      await delay(waitMs, signal);
      signal.throwIfAborted();
    }
  }
}

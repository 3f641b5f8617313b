import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../../contract/failure.js";
import { monotonicMs } from "../../contract/monotonic.js";
import type { FarSide, LogPage, LogQuery } from "../../remote/far-side.js";
import type { Emit } from "../events.js";
import { afterAnswer, afterRefusal, openQuota, takeTurn } from "./quota.js";

/** Time and chance, which tests make up. */
export interface Pacing {
  /** Milliseconds, going forward only. */
  now: () => number;
  /** @throws when the signal is aborted. */
  sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** In [0, 1). */
  random: () => number;
}

export const realPacing: Pacing = {
  now: monotonicMs,
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
  random: Math.random,
};

/** AWS turns calls away for as long as others use the quota up; what is broken stays broken. */
const mostTries = { throttled: 12, passing: 4 };
const firstBackoffMs = 200;
const longestBackoffMs = 5_000;

/**
 * Fetches pages for any number of parts at once, all within one quota. What passes is waited out with full jitter.
 *
 * @throws what farSide.logEvents threw last, when it does not pass.
 */
export function patientPages(
  farSide: Pick<FarSide, "logEvents">,
  options: { signal: AbortSignal; emit: Emit; pacing?: Pacing },
): (query: LogQuery) => Promise<LogPage> {
  const { signal, emit, pacing = realPacing } = options;
  let quota = openQuota(pacing.now());
  let told = false;

  async function turn(): Promise<void> {
    const taken = takeTurn(quota, pacing.now());
    quota = taken.quota;
    if (taken.waitMs > 0) await pacing.sleep(taken.waitMs, signal);
  }

  return async (query) => {
    let fault: unknown;
    // Who is interrupted while a fault is waited out is told of that.
    const waitOut = (waiting: Promise<unknown>) =>
      waiting.catch((interruption: unknown) => {
        throw fault ?? interruption;
      });
    for (let tries = 1; ; tries += 1) {
      await waitOut(turn());
      try {
        const page = await farSide.logEvents({ ...query, signal });
        quota = afterAnswer(quota, pacing.now());
        return page;
      } catch (error) {
        fault = error;
        const most = triesFor(error);
        if (signal.aborted || tries >= most) throw error;
        if (most === mostTries.throttled) {
          quota = afterRefusal(quota, pacing.now());
          if (!told)
            emit({ type: "waiting", message: "CloudWatch Logs asks for fewer calls; reading slower." });
          told = true;
        }
        const longest = Math.min(longestBackoffMs, firstBackoffMs * 2 ** (tries - 1));
        await waitOut(pacing.sleep(pacing.random() * longest, signal));
      }
    }
  };
}

function triesFor(error: unknown): number {
  const code = error instanceof Failure ? error.code : "";
  if (code === "throttled") return mostTries.throttled;
  return code === "network" || code === "service_error" ? mostTries.passing : 1;
}

import { monotonicMs } from "../../contract/monotonic.js";
import { delay } from "../delay.js";

/** Time as a follower knows it; a test brings its own. */
export interface Clock {
  /** Milliseconds, only ever forward: not the time of day, which is set. */
  now: () => number;
  /** Resolves after a while, or at once when the signal is aborted. */
  delay: (ms: number, signal: AbortSignal) => Promise<void>;
  /** In [0, 1). */
  random: () => number;
}

export const realClock: Clock = { now: monotonicMs, delay, random: Math.random };

import type { Snapshot } from "../../remote/databases.js";
import { factsOf } from "./tags.js";

/** Below this the percentage says more of RDS's rounding than of time. */
const tellingPercent = 10;

/** How much longer it takes, from its own progress where that tells, else from what is usual. Milliseconds; undefined where nothing tells. */
export function leftMs(seen: {
  percent: number;
  elapsedMs: number;
  usualMs?: number | undefined;
}): number | undefined {
  const { percent, elapsedMs, usualMs } = seen;
  if (percent >= tellingPercent && percent < 100) return (elapsedMs / percent) * (100 - percent);
  if (usualMs === undefined || usualMs <= elapsedMs) return undefined;
  return usualMs - elapsedMs;
}

/** How long the last snapshots of a stage took: the median of what was noted on up to five of them. Milliseconds. */
export function usualMs(snapshots: Snapshot[], stage: string): number | undefined {
  const seconds = snapshots
    .flatMap(({ tags }) => factsOf(tags, stage)?.seconds ?? [])
    .slice(0, 5)
    .sort((a, b) => a - b);
  const middle = seconds[Math.floor(seconds.length / 2)];
  return middle === undefined ? undefined : middle * 1000;
}

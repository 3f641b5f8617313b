/** Often at first, where little is done at once; what takes long is asked every fifteen seconds. Milliseconds, never in step with others. */
export function pollMs(elapsedMs: number): number {
  return Math.min(Math.max(elapsedMs / 8, 400), 15_000) * (0.75 + Math.random() / 2);
}

/** RDS may not list for a moment what it has just begun. Milliseconds. */
export const visibleWithinMs = 60_000;

/** `4 min`, `3 h`, `12 days`: how long ago a time was, as people say it. */
export function age(iso: string | undefined, now: Date): string {
  const ms = iso === undefined ? Number.NaN : now.getTime() - Date.parse(iso);
  return Number.isNaN(ms) ? "unknown" : asLong(Math.max(0, ms));
}

/** The same of a length of time. */
export function asLong(ms: number): string {
  const minutes = ms / 60_000;
  if (minutes < 1) return `${Math.round(minutes * 60)} s`;
  if (minutes < 120) return `${Math.round(minutes)} min`;
  if (minutes < 48 * 60) return `${Math.round(minutes / 60)} h`;
  return `${Math.round(minutes / 1440)} days`;
}

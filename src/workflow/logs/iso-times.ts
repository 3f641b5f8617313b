/** `000Z` to `999Z`: half a million lines end in one of them. */
const endings = Array.from({ length: 1000 }, (_, ms) => `${String(ms).padStart(3, "0")}Z`);

/**
 * Milliseconds since the epoch as ISO 8601, made for many that lie close together: what a second's times have in common is written once.
 * Whatever is no time is shown as the beginning of time.
 */
export function isoTimes(): (timestamp: number) => string {
  let second = Number.NaN;
  let start = "";
  return (timestamp) => {
    const time = Number.isInteger(timestamp) && Math.abs(timestamp) <= 8.64e15 ? timestamp : 0;
    const its = Math.floor(time / 1000);
    if (its !== second) {
      second = its;
      start = new Date(its * 1000).toISOString().slice(0, -4);
    }
    return start + endings[time - its * 1000];
  };
}

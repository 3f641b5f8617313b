/** A moment as people read it, in UTC. */
export interface Moment {
  /** `2026-11-20` */
  day: string;
  /** `12:55:00` */
  clock: string;
}

/** Of milliseconds since the epoch, as a function wrote them: whatever is no time is shown as the beginning of time. */
function timeOf(timestamp: number): number {
  return Number.isInteger(timestamp) && Math.abs(timestamp) <= 8.64e15 ? timestamp : 0;
}

const twoDigits = Array.from({ length: 60 }, (_, second) => String(second).padStart(2, "0"));

/** Made for half a million that lie close together: what those of a second or of a minute have in common is written once. */
export function moments(): (timestamp: number) => Moment {
  let minute = Number.NaN;
  let second = Number.NaN;
  let day = "";
  let start = "";
  let moment: Moment = { day, clock: "" };
  return (timestamp) => {
    const its = Math.floor(timeOf(timestamp) / 1000);
    if (its === second) return moment;
    second = its;
    const itsMinute = Math.floor(second / 60);
    if (itsMinute !== minute) {
      minute = itsMinute;
      const iso = isoTime(minute * 60_000);
      day = iso.slice(0, -14);
      start = iso.slice(-13, -7);
    }
    moment = { day, clock: start + twoDigits[second - minute * 60] };
    return moment;
  };
}

/** Milliseconds since the epoch as ISO 8601. */
export function isoTime(timestamp: number): string {
  return new Date(timeOf(timestamp)).toISOString();
}

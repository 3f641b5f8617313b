import type { SnapshotProgress } from "../workflow/events.js";
import { duration, oneLine, roughly } from "./text.js";

/** `creating, 40 %, 2 min 10 s so far, about 3 min more (at most 4 h)` */
export function progressText(progress: SnapshotProgress): string {
  return `${progressState(progress)} ${progressClock(progress, 0)}`;
}

/** What RDS said last: `creating, 40 %,` */
export function progressState({ status, percent }: SnapshotProgress): string {
  return `${oneLine(status)},${status === "requested" ? "" : ` ${percent} %,`}`;
}

/** RDS is asked every fifteen seconds; past this its answer is late. */
const lateMs = 30_000;

/** The rest, `sinceMs` after RDS said it: time goes on, also while RDS cannot be asked. */
export function progressClock({ elapsedMs, leftMs, timeoutMs }: SnapshotProgress, sinceMs: number): string {
  const late = sinceMs < lateMs ? "" : `, last answer ${roughly(sinceMs)} ago`;
  const leftNow = leftMs === undefined || late !== "" ? 0 : leftMs - sinceMs;
  // Below a second it is done before that is read.
  const left = leftNow < 1000 ? "" : `, about ${roughly(leftNow)} more`;
  return `${duration(elapsedMs + sinceMs)} so far${left}${late} (at most ${roughly(timeoutMs)})`;
}

/** A line that stays: when it begins, now and then, and when it is done. */
export function progressLine(progress: SnapshotProgress): string {
  const { id, database, status, elapsedMs, timeoutMs } = progress;
  const name = `Snapshot ${oneLine(id)}`;
  if (status === "requested")
    return `${name} of ${oneLine(database)} is asked for, and waited for at most ${roughly(timeoutMs)}`;
  if (status === "available") return `${name} is available after ${duration(elapsedMs)}`;
  return `${name}: ${progressText(progress)}`;
}

/** Whether progress is news where every line stays, as in the log of a pipeline: a tenth further and not seconds later, a minute later, another state. */
export function isNews(progress: SnapshotProgress, told: SnapshotProgress | undefined): boolean {
  if (told === undefined || told.id !== progress.id) return true;
  const tenths = (of: SnapshotProgress) => Math.floor(of.percent / 10);
  const sinceMs = progress.elapsedMs - told.elapsedMs;
  // The first one says that it is being made.
  const isDue = sinceMs >= 5_000 || told.status === "requested";
  if ((tenths(progress) > tenths(told) && isDue) || sinceMs >= 60_000) return true;
  return progress.status !== told.status && told.status !== "requested";
}

/** Whether it is something to keep on the screen also where a spinner shows the rest. */
export function isEnd({ status }: SnapshotProgress): boolean {
  return status === "requested" || status === "available";
}

import type { SnapshotProgress } from "../workflow/events.js";
import { duration, oneLine, roughly } from "./text.js";

/** `creating, 40 %, 2 min 10 s so far, about 3 min more (at most 4 h)` */
export function progressText({ status, percent, elapsedMs, leftMs, timeoutMs }: SnapshotProgress): string {
  // Below a second it is done before that is read.
  const left = leftMs === undefined || leftMs < 1000 ? "" : `, about ${roughly(leftMs)} more`;
  const share = status === "requested" ? "" : `, ${percent} %`;
  return `${oneLine(status)}${share}, ${duration(elapsedMs)} so far${left} (at most ${roughly(timeoutMs)})`;
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

/** Whether progress is news where every line stays, as in the log of a pipeline: a tenth further, a minute later, another state. */
export function isNews(progress: SnapshotProgress, told: SnapshotProgress | undefined): boolean {
  if (told === undefined || told.id !== progress.id) return true;
  const tenths = (of: SnapshotProgress) => Math.floor(of.percent / 10);
  if (tenths(progress) > tenths(told) || progress.elapsedMs - told.elapsedMs >= 60_000) return true;
  return progress.status !== told.status && told.status !== "requested";
}

/** Whether it is something to keep on the screen also where a spinner shows the rest. */
export function isEnd({ status }: SnapshotProgress): boolean {
  return status === "requested" || status === "available";
}

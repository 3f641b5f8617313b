import type { LogEvent } from "../../remote/far-side.js";

export interface FreshEvent {
  event: LogEvent;
  /** Earlier polls have shown what was written after it. */
  late: boolean;
}

/** What is remembered of a log that is followed. Its size is bounded by the window, not by how long it is followed. */
export interface Window {
  /** Where a poll that is sent now has to begin, milliseconds since the epoch. A sweep begins as far back as is remembered. */
  startOf: (kind: PollKind, now: number) => number;
  /** What was not known of a page, by time, then ingestion. */
  take: (page: Page, poll: PollSpan, now: number) => FreshEvent[];
  /** The poll goes no further; `whole` where that was the last page that there is. */
  endPoll: (poll: PollSpan, now: number, whole: boolean) => void;
  /** How many ids are remembered. */
  size: () => number;
}

/** A sweep looks for what came later than a poll looks back. */
export type PollKind = "poll" | "sweep";

export interface PollSpan {
  /** What was asked for: milliseconds since the epoch. */
  startTime: number;
  /** When its first page was asked for, of the clock of `now`. */
  sentAt: number;
}

interface Page {
  events: readonly LogEvent[];
  /** The service's clock. */
  answeredAt?: number;
}

/** CloudWatch shows lines out of order: a poll begins this far behind the newest. */
const overlapMs = 10_000;
/** Later ones are looked for this far back, as long as so many ids are enough to remember what was there. */
const reachMs = 300_000;
const mostIds = 10_000;
/** Streams are a little apart from each other; that does not make a line late. */
const lateMs = 1_000;
const bucketMs = 1_000;

/** `since` in milliseconds since the epoch; `now`, here and elsewhere, of any clock that only goes forward. */
export function makeWindow(since: number, now: number): Window {
  /** Ids by the second in which their events were written, so that a second is forgotten at a stroke. */
  const seconds = new Map<number, Set<string>>();
  let size = 0;
  /** Every event from here on that was seen is remembered. */
  let horizon = since;
  /**
   * The newest that the present poll has come to, which may end before it has read what an earlier one has seen. No later than the moment
   * of the answer, whatever timestamps functions write.
   */
  let reached = Number.NEGATIVE_INFINITY;
  /** No later than the moment when the last poll read its first page: that one was not as new as the newest line. */
  let settled = since;
  /** The newest before the present poll. */
  let shown = since;
  /** The service's clock is at least so far ahead of ours. */
  let offset = since - now;
  /** When the present poll was sent and the last whole one, by the service's clock, at the earliest. */
  let askedAt = since;
  let covered = since;

  /** What the last poll could not see was written after this, unless it is later than the overlap. */
  const near = () => settled - overlapMs;
  const far = () => covered - reachMs;

  function settledBy(sentAt: number, at: number): number {
    return Math.max(settled, reached - (at - sentAt));
  }

  function remember({ id, timestamp }: LogEvent): boolean {
    const second = Math.floor(timestamp / bucketMs);
    const ids = seconds.get(second);
    if (ids?.has(id)) return false;
    if (ids === undefined) seconds.set(second, new Set([id]));
    else ids.add(id);
    size += 1;
    return true;
  }

  /** Forgets what is older than `floor`, and so much of what is older than `needed` as there are too many. */
  function forget(floor: number, needed: number): void {
    for (const second of [...seconds.keys()].sort((a, b) => a - b)) {
      const end = (second + 1) * bucketMs;
      if (end > floor && (size <= mostIds || end > needed)) return;
      size -= seconds.get(second)?.size ?? 0;
      seconds.delete(second);
      horizon = Math.max(horizon, end);
    }
  }

  return {
    startOf: (kind, at) => {
      askedAt = at + offset;
      reached = Number.NEGATIVE_INFINITY;
      return Math.max(horizon, kind === "poll" ? Math.max(near(), far()) : Math.min(near(), far()));
    },
    take: ({ events, answeredAt }, { startTime, sentAt }, at) => {
      let oldest = Number.POSITIVE_INFINITY;
      if (answeredAt !== undefined) offset = Math.max(offset, answeredAt - at);
      const fresh: FreshEvent[] = [];
      for (const event of events) {
        // What was not asked for may have been forgotten.
        if (event.timestamp < startTime) continue;
        oldest = Math.min(oldest, event.timestamp);
        reached = Math.max(reached, Math.min(event.timestamp, event.ingestionTime));
        if (!remember(event)) continue;
        fresh.push({ event, late: event.timestamp < shown - lateMs });
        offset = Math.max(offset, event.ingestionTime - at);
      }
      // The same page may come twice in a row.
      if (size > mostIds)
        forget(Number.NEGATIVE_INFINITY, Math.min(settledBy(sentAt, at) - overlapMs, oldest));
      return fresh.sort((a, b) => byTime(a.event, b.event));
    },
    endPoll: ({ sentAt }, at, whole) => {
      settled = settledBy(sentAt, at);
      shown = Math.max(shown, reached);
      if (whole) covered = Math.max(covered, askedAt);
      forget(Math.min(near(), far()), near());
    },
    size: () => size,
  };
}

function byTime(a: LogEvent, b: LogEvent): number {
  return a.timestamp - b.timestamp || a.ingestionTime - b.ingestionTime;
}

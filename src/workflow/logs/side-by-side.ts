import type { LogEvent, LogPage, LogQuery } from "../../remote/far-side.js";
import { type Cut, type Fetched, learn, nextPart, type Part, sizeOf } from "./parts.js";

/** Within the account's quota, and for latency: more than these are no quicker. */
const mostCalls = 6;
/** About how long it takes to show a page. */
const shownMs = 10;

/** How many calls at once keep whoever shows them busy, where a page takes so many milliseconds; each costs memory. */
export function callsFor(pageMs: number): number {
  return Math.max(2, Math.min(mostCalls, 1 + Math.ceil(pageMs / shownMs)));
}

/** Pages of the part that is being read. */
const mostReady = 1;

interface Lane extends Fetched {
  part: Part;
  /** Fetched, and not yet handed out: in this state a page is its bytes. */
  ready: LogPage[];
  fetching: boolean;
  ended: boolean;
  nextToken?: string;
  /** What the page before began with. */
  firstId?: string;
  error?: unknown;
}

export type FetchPage = (query: Part & Pick<LogQuery, "nextToken">) => Promise<LogPage>;

/** Fetches the parts of a range side by side, so many calls at once, and hands their pages out in order, as fast as they are taken. */
export async function* sideBySide(
  fetchPage: FetchPage,
  whole: Cut,
  atOnce: number,
): AsyncGenerator<Iterable<LogEvent[]>, void> {
  /** Pages behind the part that is being read, fetched or under way: this, and not the range, bounds the memory. */
  const mostAhead = atOnce - 1;
  /** In order of time. */
  const queue: Lane[] = [];
  let cut = whole;
  let wake = () => {};

  const calls = () => queue.filter(({ fetching }) => fetching).length;
  const pagesAhead = () =>
    queue.slice(1).reduce((sum, { ready, fetching }) => sum + ready.length + (fetching ? 1 : 0), 0);
  const hasRoom = (lane: Lane) =>
    lane === queue[0] ? lane.ready.length < mostReady : pagesAhead() < mostAhead;

  function schedule(): void {
    for (const lane of queue) {
      if (!lane.ended && !lane.fetching && calls() < atOnce && hasRoom(lane)) void fetchInto(lane);
    }
    while (calls() < atOnce && pagesAhead() < mostAhead && !queue.some(({ error }) => error !== undefined)) {
      const next = nextPart(cut);
      if (next === undefined) return;
      cut = next.rest;
      const lane = {
        part: next.part,
        span: next.span,
        ready: [],
        fetching: false,
        ended: false,
        pages: 0,
        size: 0,
        fullPage: 0,
      };
      queue.push(lane);
      void fetchInto(lane);
    }
  }

  async function fetchInto(lane: Lane): Promise<void> {
    const { part, nextToken } = lane;
    lane.fetching = true;
    try {
      const page = await fetchPage({ ...part, ...(nextToken === undefined ? {} : { nextToken }) });
      take(lane, page);
      if (lane.ended) cut = learn(cut, lane);
    } catch (error) {
      lane.error = error;
      lane.ended = true;
    }
    lane.fetching = false;
    schedule();
    wake();
  }

  while (true) {
    schedule();
    const [lane] = queue;
    if (lane === undefined) return;
    const page = lane.ready.shift();
    if (page !== undefined) {
      schedule();
      yield batchesOf(page, lane);
    } else if (lane.error !== undefined) throw lane.error;
    else if (lane.ended) queue.shift();
    else {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
}

/** A token that repeats would never end. */
function take(lane: Lane, page: LogPage): void {
  const { nextToken } = page;
  const size = sizeOf(page);
  lane.ready.push(page);
  lane.pages += 1;
  lane.size += size;
  lane.fullPage = Math.max(lane.fullPage, size);
  lane.ended = nextToken === undefined || nextToken === lane.nextToken;
  if (nextToken !== undefined) lane.nextToken = nextToken;
}

export function* batchesOf(page: LogPage, lane: Pick<Lane, "firstId"> = {}): Generator<LogEvent[], void> {
  let isBeginning = true;
  for (const events of page.batches?.() ?? [page.events]) {
    const first = isBeginning ? events[0]?.id : undefined;
    // A page that comes once more is no news.
    if (first !== undefined && first === lane.firstId) return;
    if (first !== undefined) lane.firstId = first;
    isBeginning = false;
    if (events.length > 0) yield inOrder(events);
  }
}

/** By time, then ingestion. AWS sorts so itself; a page that is in order is left as it is. */
function inOrder(events: LogEvent[]): LogEvent[] {
  let before = events[0];
  for (const event of events) {
    if (before !== undefined && compare(before, event) > 0) return events.sort(compare);
    before = event;
  }
  return events;
}

function compare(a: LogEvent, b: LogEvent): number {
  return a.timestamp - b.timestamp || a.ingestionTime - b.ingestionTime;
}

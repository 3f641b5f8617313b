import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LogEvent, LogPage, LogQuery } from "../../../src/remote/far-side.js";
import { RemoteError } from "../../../src/remote/remote-error.js";
import type { WorkflowEvent } from "../../../src/workflow/events.js";
import { logsRange } from "../../../src/workflow/logs/range.js";

const since = 1_000_000;

function event(index: number, timestamp: number): LogEvent {
  return { id: `${index}`, stream: "s", timestamp, ingestionTime: timestamp, message: `line ${index}` };
}

function remoteError(code: "throttled" | "network" | "access_denied"): RemoteError {
  return new RemoteError({ code, message: code, hint: "" });
}

interface Habits {
  pageSize: number;
  /** Every so many calls: an empty page with a token, the page before once more, a call turned away. 0: never. */
  emptyEvery?: number;
  againEvery?: number;
  throttleEvery?: number;
}

/** A log group as FilterLogEvents tells it. */
function logGroup(all: LogEvent[], { pageSize, emptyEvery, againEvery, throttleEvery }: Habits) {
  const queries: LogQuery[] = [];
  const is = (every: number | undefined) => every !== undefined && every > 0 && queries.length % every === 0;
  const logEvents = async (query: LogQuery): Promise<LogPage> => {
    queries.push(query);
    await new Promise((resolve) => setImmediate(resolve));
    if (is(throttleEvery)) throw remoteError("throttled");
    const { startTime, endTime = Number.POSITIVE_INFINITY } = query;
    const found = all.filter(({ timestamp }) => timestamp >= startTime && timestamp <= endTime);
    const [from = 0, told = 0] = (query.nextToken ?? "").split(":").map(Number);
    if (is(emptyEvery)) return { events: [], nextToken: `${from}:${told + 1}` };
    const events = found.slice(from, from + pageSize);
    if (is(againEvery) && from >= pageSize) {
      return { events: found.slice(from - pageSize, from), nextToken: `${from}:${told + 1}` };
    }
    const next = from + pageSize;
    return next < found.length ? { events, nextToken: `${next}:0` } : { events };
  };
  return { queries, logEvents };
}

/** Time that passes only by being waited for, and by calls. */
function madeUpTime() {
  let now = 0;
  const waited: number[] = [];
  return {
    waited,
    pass: (ms: number) => {
      now += ms;
    },
    pacing: {
      now: () => now,
      random: () => 0.5,
      sleep: async (ms: number) => {
        now += ms;
        waited.push(ms);
      },
    },
  };
}

function read(
  farSide: { logEvents: (query: LogQuery) => Promise<LogPage> },
  until: number,
  more: { signal?: AbortSignal; emit?: (event: WorkflowEvent) => void; pageMs?: number } = {},
) {
  const signal = more.signal ?? new AbortController().signal;
  const { pacing, waited, pass } = madeUpTime();
  const logEvents = (query: LogQuery) => {
    pass(more.pageMs ?? 50);
    return farSide.logEvents(query);
  };
  const emit = more.emit ?? (() => {});
  const range = { group: "g", since, until, signal, emit, pacing };
  return { waited, pages: logsRange({ logEvents, loadLogs: async () => {} }, range) };
}

async function idsOf(pages: AsyncIterable<Iterable<LogEvent[]>>): Promise<string[]> {
  const ids: string[] = [];
  for await (const page of pages) for (const events of page) ids.push(...events.map(({ id }) => id));
  return ids;
}

const many = (count: number, step = 10) =>
  Array.from({ length: count }, (_, index) => event(index, since + index * step));

describe("a past range", () => {
  test("is told whole, in order, no line twice, whatever the pages are like", async () => {
    const every = fc.constantFrom(0, 2, 3, 7);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(4_000), { maxLength: 200 }),
        fc.record({
          pageSize: fc.integer({ min: 1, max: 30 }),
          emptyEvery: every,
          againEvery: every,
          throttleEvery: fc.constantFrom(0, 3, 7),
        }),
        fc.constantFrom(0, 15, 50),
        async (times, habits, pageMs) => {
          const all = times.sort((a, b) => a - b).map((time, index) => event(index, since + time));
          const { pages } = read(logGroup(all, habits), since + 4_000, { pageMs });
          expect(await idsOf(pages)).toEqual(all.map(({ id }) => id));
        },
      ),
      { numRuns: 200 },
    );
  });

  test("of one page is one call", async () => {
    const group = logGroup(many(5), { pageSize: 10 });
    expect(await idsOf(read(group, since + 1_000).pages)).toHaveLength(5);
    expect(group.queries).toHaveLength(1);
    expect(group.queries[0]).toMatchObject({ startTime: since, endTime: since + 1_000 });
  });

  test.each([
    ["slow", 50, 6],
    ["quick", 5, 2],
  ])(
    "of many %s pages is fetched side by side, hardly more pages than there are",
    async (_, pageMs, calls) => {
      const group = logGroup(many(1_000), { pageSize: 50 });
      let under = 0;
      let most = 0;
      const logEvents = async (query: LogQuery) => {
        under += 1;
        most = Math.max(most, under);
        try {
          return await group.logEvents(query);
        } finally {
          under -= 1;
        }
      };
      expect(await idsOf(read({ logEvents }, since + 10_000, { pageMs }).pages)).toHaveLength(1_000);
      expect(most).toBe(calls);
      expect(group.queries.length).toBeLessThan(30);
    },
  );

  test("is not fetched further than a few pages ahead of who reads it, and no further when that one leaves", async () => {
    const group = logGroup(many(2_000), { pageSize: 20 });
    const { pages } = read(group, since + 20_000);
    const reader = pages[Symbol.asyncIterator]();
    await reader.next();
    for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(group.queries.length).toBeLessThan(15);
    const before = group.queries.length;
    await reader.return?.();
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(group.queries.length).toBe(before);
  });

  test("a fault in the middle is told after the lines before it", async () => {
    const group = logGroup(many(400), { pageSize: 20 });
    const broken = since + 2_000;
    const logEvents = (query: LogQuery) => {
      const covers = query.startTime <= broken && (query.endTime ?? 0) >= broken;
      if (covers && query.startTime > since) throw remoteError("access_denied");
      return group.logEvents(query);
    };
    const ids: string[] = [];
    const reading = (async () => {
      for await (const page of read({ logEvents }, since + 4_000).pages)
        for (const events of page) ids.push(...events.map(({ id }) => id));
    })();
    await expect(reading).rejects.toThrow("access_denied");
    expect(ids.length).toBeGreaterThan(100);
    expect(ids.length).toBeLessThanOrEqual(200);
    expect(ids).toEqual(many(ids.length).map(({ id }) => id));
  });

  test("what passes is waited out, and being asked for fewer calls is told once", async () => {
    const told: WorkflowEvent[] = [];
    const group = logGroup(many(500), { pageSize: 20, throttleEvery: 4 });
    const { pages, waited } = read(group, since + 5_000, { emit: (one) => told.push(one) });
    expect(await idsOf(pages)).toHaveLength(500);
    expect(told).toEqual([{ type: "waiting", message: expect.stringContaining("fewer calls") }]);
    expect(waited.length).toBeGreaterThan(0);
  });

  test("what does not pass ends it", async () => {
    let calls = 0;
    const logEvents = async () => {
      calls += 1;
      throw remoteError("network");
    };
    await expect(idsOf(read({ logEvents }, since + 1).pages)).rejects.toThrow("network");
    expect(calls).toBe(4);
  });

  test("an interruption ends it without an error", async () => {
    const controller = new AbortController();
    const group = logGroup(many(1_000), { pageSize: 10 });
    const logEvents = async (query: LogQuery) => {
      if (group.queries.length === 8) controller.abort();
      query.signal?.throwIfAborted();
      return await group.logEvents(query);
    };
    const ids = await idsOf(read({ logEvents }, since + 10_000, { signal: controller.signal }).pages);
    expect(ids).toEqual(many(ids.length).map(({ id }) => id));
    expect(ids.length).toBeLessThan(1_000);
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LogEvent } from "../../../src/remote/far-side.js";
import { RemoteError } from "../../../src/remote/remote-error.js";
import { type Behaviour, scriptedLogs } from "../../support/scripted-logs.js";
import { virtualFollow } from "../../support/virtual-follow.js";

const from = Date.UTC(2026, 10, 20, 10);
const second = 1_000;

function event(id: string, atMs: number, lateMs = 0, stream = "a"): LogEvent {
  const timestamp = from + atMs;
  return { id, stream, timestamp, ingestionTime: timestamp + lateMs, message: id };
}

const anEvent = fc.record({
  atMs: fc.nat(120 * second),
  // Most come as they are written, a third up to ten seconds later.
  lateMs: fc.oneof({ weight: 2, arbitrary: fc.nat(300) }, { weight: 1, arbitrary: fc.nat(10 * second) }),
  stream: fc.constantFrom("a", "b", "c", "d", "e"),
});
const someEvents = fc
  .array(anEvent, { maxLength: 300 })
  .map((list) => list.map(({ atMs, lateMs, stream }, index) => event(`${index}`, atMs, lateMs, stream)));
/** Of the first calls, one after the other. Were it for ever, a poll could be cut at the same page each time. */
const behaviours = (...kinds: Behaviour[]) =>
  fc.array(fc.constantFrom<Behaviour>("page", ...kinds), { minLength: 100, maxLength: 400 });
const drawnFrom = (list: Behaviour[]) => {
  let call = 0;
  return () => list[call++] ?? "page";
};
const ids = (list: { event: LogEvent }[]) => list.map(({ event: { id } }) => id).sort();

test("none is lost and none comes twice: late ones, five streams, throttling, cut connections, empty and repeated pages", async () => {
  await fc.assert(
    fc.asyncProperty(
      someEvents,
      behaviours("throttle", "network", "empty", "duplicate", "repeat"),
      fc.integer({ min: 1, max: 50 }),
      fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 1 }),
      async (events, faults, pageSize, randoms) => {
        const logs = scriptedLogs({ events, pageSize });
        const next = drawnFrom(faults);
        let drawn = 0;
        const { shown } = await virtualFollow({
          from,
          until: from + 1_800 * second,
          random: () => randoms[drawn++ % randoms.length] as number,
          answer: (query, now) => logs(query, now, next()),
        });
        expect(ids(shown)).toEqual(ids(events.map((event) => ({ event }))));
      },
    ),
    { numRuns: 300 },
  );
});

test("what comes together is ordered by time, then by ingestion; what is late says so", async () => {
  await fc.assert(
    fc.asyncProperty(someEvents, async (events) => {
      const logs = scriptedLogs({ events, pageSize: 10_000 });
      const { shown } = await virtualFollow({ from, until: from + 300 * second, answer: logs });
      let newest = 0;
      let pageNewest = 0;
      shown.forEach(({ event, late, at }, index) => {
        const before = shown[index - 1];
        if (before === undefined || before.at !== at) newest = Math.max(newest, pageNewest);
        else {
          expect(
            before.event.timestamp - event.timestamp || before.event.ingestionTime - event.ingestionTime,
          ).toBeLessThanOrEqual(0);
        }
        expect(late).toBe(event.timestamp < newest - second);
        pageNewest = Math.max(pageNewest, event.timestamp);
      });
    }),
    { numRuns: 100 },
  );
});

describe("lines later than the overlap", () => {
  test("are found by a sweep, up to five minutes later", async () => {
    const steady = Array.from({ length: 400 }, (_, index) => event(`s${index}`, index * second));
    const events = [...steady, event("minute", 20_500, 60 * second), event("four", 30_500, 240 * second)];
    const logs = scriptedLogs({ events, pageSize: 10_000 });
    const { shown } = await virtualFollow({ from, until: from + 450 * second, answer: logs });
    expect(ids(shown)).toEqual(ids(events.map((event) => ({ event }))));
    for (const id of ["minute", "four"]) {
      const found = shown.find(({ event }) => event.id === id);
      expect(found?.late).toBe(true);
      expect((found?.at ?? 0) - (found?.event.ingestionTime ?? 0)).toBeLessThan(35 * second);
    }
  });

  test("are found at once where nothing newer has come", async () => {
    const events = [event("first", 1_000), event("second", 1_500, 60 * second)];
    const logs = scriptedLogs({ events, pageSize: 10 });
    const { shown } = await virtualFollow({ from, until: from + 90 * second, answer: logs });
    expect(shown.map(({ event }) => event.id)).toEqual(["first", "second"]);
    expect((shown[1]?.at ?? 0) - (events[1]?.ingestionTime ?? 0)).toBeLessThan(5 * second);
  });
});

test("after an outage of an hour the lines of that hour are there", async () => {
  const events = Array.from({ length: 4_000 }, (_, index) => event(`${index}`, index * second));
  const logs = scriptedLogs({ events, pageSize: 500 });
  const isOut = (now: number) => now > from + 60 * second && now < from + 3_660 * second;
  const { shown, told } = await virtualFollow({
    from,
    until: from + 4_100 * second,
    answer: (query, now) => logs(query, now, isOut(now) ? "network" : "page"),
  });
  expect(ids(shown)).toEqual(ids(events.map((event) => ({ event }))));
  // Said once a minute, not once a try.
  expect(told.length).toBeGreaterThan(50);
  expect(told.length).toBeLessThan(62);
  expect(told[0]).toMatchObject({ type: "warning", code: "network" });
});

test("a function that writes times to come does not hide what is written now", async () => {
  const future = { ...event("future", 3_600 * second), ingestionTime: from + 5 * second };
  const events = [
    future,
    ...Array.from({ length: 60 }, (_, index) => event(`${index}`, index * second, 500)),
  ];
  const logs = scriptedLogs({ events, pageSize: 100 });
  const { shown } = await virtualFollow({ from, until: from + 80 * second, answer: logs });
  expect(ids(shown)).toEqual(ids(events.map((event) => ({ event }))));
  expect(shown.filter(({ late }) => late)).toEqual([]);
});

test("a group that is not there yet is waited for, which is said once", async () => {
  const events = [event("first", 70 * second)];
  const logs = scriptedLogs({ events, pageSize: 10, groupSince: from + 70 * second });
  const { shown, told } = await virtualFollow({
    from,
    until: from + 90 * second,
    patience: "passing",
    answer: logs,
  });
  expect(ids(shown)).toEqual(["first"]);
  expect(told).toEqual([
    {
      type: "waiting",
      message: "Log group /aws/lambda/shop does not exist yet; waiting for it.",
    },
  ]);
});

describe("calls", () => {
  const perMinute = (calls: { at: number }[], begin: number) =>
    calls.filter(({ at }) => at >= from + begin * second && at < from + (begin + 60) * second).length;

  test("no more than 15 a minute where nothing comes", async () => {
    const { calls } = await virtualFollow({
      from,
      until: from + 3_600 * second,
      answer: () => ({ events: [] }),
    });
    for (let begin = 0; begin < 3_540; begin += 7) expect(perMinute(calls, begin)).toBeLessThanOrEqual(15);
    expect(calls.length).toBeGreaterThan(14 * 60);
  });

  test("no more than 60 a minute where lines come all the time, and half a second behind them", async () => {
    const events = Array.from({ length: 6_000 }, (_, index) => event(`${index}`, index * 100 + (index % 97)));
    const logs = scriptedLogs({ events, pageSize: 10_000 });
    const { calls, shown } = await virtualFollow({ from, until: from + 600 * second, answer: logs });
    for (let begin = 0; begin < 540; begin += 7) expect(perMinute(calls, begin)).toBeLessThanOrEqual(60);
    const waits = shown.map(({ event, at }) => at - event.ingestionTime).sort((a, b) => a - b);
    expect(waits[Math.floor(waits.length * 0.95)]).toBeLessThan(1_000);
  });

  test("catching up does not wait for them", async () => {
    const events = Array.from({ length: 5_000 }, (_, index) => event(`${index}`, index));
    const logs = scriptedLogs({ events, pageSize: 100 });
    const now = from + 60 * second;
    const { shown } = await virtualFollow({
      from: now,
      since: from,
      until: now + 60 * second,
      answer: logs,
    });
    expect(shown).toHaveLength(5_000);
    expect((shown.at(-1)?.at ?? 0) - now).toBeLessThan(15 * second);
    expect(shown.some(({ late }) => late)).toBe(false);
  });

  test("a reason to hurry cuts the pause short", async () => {
    const events = [event("report", 61 * second)];
    const { shown } = await virtualFollow({
      from,
      until: from + 70 * second,
      hurryAt: from + 61 * second,
      answer: scriptedLogs({ events, pageSize: 10 }),
    });
    expect((shown[0]?.at ?? 0) - (events[0]?.ingestionTime ?? 0)).toBeLessThan(100);
  });
});

describe("what does not pass by itself", () => {
  const denied = new RemoteError({ code: "access_denied", message: "Not allowed.", hint: "-" });
  const failingFrom = (call: number) => {
    let calls = 0;
    return () => {
      calls += 1;
      if (calls >= call) throw denied;
      return { events: [] };
    };
  };
  const follow = (call: number, patience: "all" | "passing") =>
    virtualFollow({ from, until: from + 30 * second, patience, answer: failingFrom(call) });

  test("ends the following where nothing was read before", async () => {
    await expect(follow(1, "passing")).rejects.toBe(denied);
  });

  test("is told, and waited out, once something was read, and wherever the work goes on without its logs", async () => {
    for (const { told } of [await follow(2, "passing"), await follow(1, "all")]) {
      expect(told).toHaveLength(1);
      expect(told[0]).toMatchObject({ type: "warning", code: "access_denied" });
    }
  });
});

test("a token that is not accepted any more begins the poll again", async () => {
  const events = Array.from({ length: 30 }, (_, index) => event(`${index}`, index * 10));
  const logs = scriptedLogs({ events, pageSize: 10 });
  let refused = 0;
  const { shown, told } = await virtualFollow({
    from,
    until: from + 30 * second,
    answer: (query, now) => {
      if (query.nextToken !== undefined && refused++ < 2) {
        throw new RemoteError({ code: "other", message: "The specified nextToken is invalid.", hint: "-" });
      }
      return logs(query, now);
    },
  });
  expect(ids(shown)).toEqual(ids(events.map((event) => ({ event }))));
  expect(told).toEqual([]);
});

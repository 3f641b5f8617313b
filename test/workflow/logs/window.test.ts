import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LogEvent } from "../../../src/remote/far-side.js";
import { firstPage, nextPage, type Poll } from "../../../src/workflow/logs/poll.js";
import { makeWindow } from "../../../src/workflow/logs/window.js";
import { type Behaviour, scriptedLogs } from "../../support/scripted-logs.js";

const from = Date.UTC(2026, 10, 20, 10);

function event(id: string, timestamp: number, ingestionTime = timestamp, stream = "a"): LogEvent {
  return { id, stream, timestamp, ingestionTime, message: id };
}

test("without any sweep: what is up to ten seconds late is never lost, however long pauses and pages take, and where polls end early", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ at: fc.nat(60_000), late: fc.oneof(fc.constant(10_000), fc.nat(10_000)) }), {
        minLength: 100,
        maxLength: 300,
      }),
      fc.integer({ min: 20, max: 100 }),
      fc.array(fc.integer({ min: 1, max: 6_000 }), { minLength: 1, maxLength: 50 }),
      fc.array(fc.constantFrom<Behaviour>("page", "page", "page", "repeat", "duplicate", "empty"), {
        minLength: 1,
        maxLength: 50,
      }),
      (list, pageSize, pauses, behaviours) => {
        const events = list.map(({ at, late }, index) => event(`${index}`, from + at, from + at + late));
        const logs = scriptedLogs({ events, pageSize });
        const window = makeWindow(from, 0);
        const shown: string[] = [];
        let now = 0;
        let turn = 0;
        let poll: Poll | undefined;
        // Until a whole poll has begun when everything was there.
        for (let isWhole = false; !isWhole; ) {
          now += pauses[turn++ % pauses.length] as number;
          poll ??= firstPage("poll", window.startOf("poll", now), now);
          // Good pages between them get it on, whatever the others are.
          const behaviour = turn % 9 === 0 ? behaviours[turn % behaviours.length] : "page";
          const page = logs({ startTime: poll.startTime, ...tokenOf(poll) }, from + now, behaviour);
          if (typeof page === "string") throw new Error(page);
          shown.push(...window.take(page, poll, now).map(({ event: { id } }) => id));
          const next = nextPage(poll, page);
          const isEnd = page.nextToken === undefined;
          if (next === undefined) window.endPoll(poll, now, isEnd);
          isWhole = isEnd && poll.sentAt > 70_000;
          poll = next;
        }
        expect(shown.sort()).toEqual(events.map(({ id }) => id).sort());
      },
    ),
    { numRuns: 200 },
  );
});

const tokenOf = ({ token }: Poll) => (token === undefined ? {} : { nextToken: token });

/** One poll of one page. */
function polled(window: ReturnType<typeof makeWindow>, events: LogEvent[], now: number) {
  const poll = firstPage("poll", window.startOf("poll", now), now);
  const fresh = window.take({ events }, poll, now);
  window.endPoll(poll, now, true);
  return fresh.map(({ event: { id }, late }) => (late ? `${id} late` : id));
}

test("a page in no order is put in order: by time, then by ingestion", () => {
  const events = [event("c", from + 20, from + 40), event("b", from + 20, from + 30), event("a", from + 10)];
  expect(polled(makeWindow(from, 0), events, 100)).toEqual(["a", "b", "c"]);
});

test("what was not asked for is not shown, and so not shown again and again", () => {
  const window = makeWindow(from, 0);
  const old = event("old", from - 1);
  expect(polled(window, [old], 1_000)).toEqual([]);
  expect(polled(window, [old, event("new", from + 100)], 2_000)).toEqual(["new"]);
  expect(polled(window, [event("new", from + 100)], 3_000)).toEqual([]);
});

test("a second out of order is late, less is not", () => {
  const window = makeWindow(from, 0);
  expect(polled(window, [event("a", from + 5_000)], 5_000)).toEqual(["a"]);
  expect(polled(window, [event("b", from + 4_100), event("c", from + 3_900)], 6_000)).toEqual([
    "c late",
    "b",
  ]);
});

test("a poll that ends early has not seen what an earlier one saw", () => {
  const window = makeWindow(from, 0);
  const slow = firstPage("poll", window.startOf("poll", 12_000), 12_000);
  window.take({ events: [event("a", from + 19_900)] }, slow, 20_000);
  window.endPoll(slow, 20_000, true);
  // Its first page was eight seconds older than its last.
  expect(window.startOf("poll", 22_000)).toBe(from + 1_900);
  const cut = firstPage("poll", from + 1_900, 22_000);
  window.take({ events: [event("b", from + 2_500)] }, cut, 22_000);
  window.endPoll(cut, 22_000, false);
  expect(window.startOf("poll", 30_000)).toBe(from + 1_900);
});

describe("memory", () => {
  /** Polls once a second while `perSecond` lines come, for so many lines. */
  function follow(perSecond: number, lines: number) {
    const window = makeWindow(from, 0);
    let most = 0;
    let shown = 0;
    for (let second = 1; second * perSecond <= lines; second += 1) {
      const now = second * 1_000;
      const isSweep = second % 30 === 0;
      const poll = firstPage("poll", window.startOf(isSweep ? "sweep" : "poll", now), now);
      const first = Math.max(0, Math.ceil(((poll.startTime - from) * perSecond) / 1_000));
      const last = second * perSecond;
      const events = Array.from({ length: last - first }, (_, index) =>
        event(`${first + index}`, from + ((first + index) * 1_000) / perSecond),
      );
      shown += window.take({ events }, poll, now).length;
      window.endPoll(poll, now, true);
      most = Math.max(most, window.size());
    }
    return { most, shown };
  }

  test("is bounded by the window, not by how many lines have come", () => {
    expect(follow(500, 100_000)).toEqual({ shown: 100_000, most: expect.any(Number) });
    for (const perSecond of [100, 500, 2_000]) {
      const overlap = perSecond * 12;
      expect(follow(perSecond, 200_000).most).toBeLessThanOrEqual(Math.max(overlap, 10_000 + perSecond));
    }
  });

  test("a page that comes twice while far more than the window is caught up with is shown once", () => {
    const window = makeWindow(from, 0);
    const poll = firstPage("poll", window.startOf("poll", 0), 0);
    let shown = 0;
    for (let page = 0; page < 30; page += 1) {
      const events = Array.from({ length: 10_000 }, (_, index) =>
        event(`${page}-${index}`, from + page * 70_000 + 300 + index * 7),
      );
      const answeredAt = from + 3_600_000;
      for (const _ of ["once", "twice"]) shown += window.take({ events, answeredAt }, poll, page).length;
      expect(window.size()).toBeLessThan(20_100);
    }
    expect(shown).toBe(300_000);
  });
});

test("a token that was used ends the poll, also when others came between", () => {
  const poll = firstPage("poll", from, 0);
  const second = nextPage(poll, { events: [], nextToken: "a" });
  const third = nextPage(second as Poll, { events: [], nextToken: "b" });
  expect(third?.token).toBe("b");
  expect(nextPage(third as Poll, { events: [], nextToken: "a" })).toBeUndefined();
  expect(nextPage(third as Poll, { events: [] })).toBeUndefined();
});

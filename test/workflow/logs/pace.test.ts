import fc from "fast-check";
import { expect, test } from "vitest";
import {
  afterCall,
  afterFault,
  afterPage,
  hurried,
  type Pace,
  startPace,
  waitMs,
} from "../../../src/workflow/logs/pace.js";

type Step = { fresh: number } | { fault: number };

const aStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ fresh: fc.nat(3) }),
  fc.record({ fault: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }) }),
);

/** Calls one after the other, each as early as it may; gives when they were sent. */
function calls(steps: Step[], busy: boolean): number[] {
  let now = 0;
  let pace: Pace = startPace(now, busy);
  return steps.map((step) => {
    now += waitMs(pace, now);
    pace = afterCall(pace, now);
    const sentAt = now;
    if ("fault" in step) pace = afterFault(pace, now, step.fault);
    else pace = afterPage(pace, now, { fresh: step.fresh, more: false });
    return sentAt;
  });
}

test("one bucket: whatever comes, no more than a call a second is answered, and what was saved up", () => {
  fc.assert(
    fc.property(fc.array(aStep, { maxLength: 300 }), fc.boolean(), (steps, busy) => {
      const sent = calls(steps, busy).filter((_, index) => "fresh" in (steps[index] as Step));
      sent.forEach((at, index) => {
        // From the beginning nothing is saved up.
        expect(index + 1).toBeLessThanOrEqual(1 + at / 1_000 + 1e-6);
        const inMinute = sent.filter((other) => other >= at && other < at + 60_000).length;
        expect(inMinute).toBeLessThanOrEqual(63);
      });
    }),
  );
});

test("no pause is longer than eight seconds", () => {
  fc.assert(
    fc.property(fc.array(aStep, { maxLength: 100 }), fc.boolean(), (steps, busy) => {
      const sent = calls(steps, busy);
      sent.forEach((at, index) => {
        expect(at - (sent[index - 1] ?? 0)).toBeLessThanOrEqual(8_000 + 1e-6);
      });
    }),
  );
});

test("backing off doubles, with full jitter", () => {
  const pauses = (random: number) => {
    let pace = afterCall(startPace(0, false), 0);
    return [1, 2, 3, 4, 5, 6, 7].map(() => {
      pace = afterFault(pace, 0, random);
      return pace.pauseMs;
    });
  };
  expect(pauses(0)).toEqual([0, 0, 0, 0, 0, 0, 0]);
  expect(pauses(0.5)).toEqual([250, 500, 1_000, 2_000, 4_000, 4_000, 4_000]);
});

test("lines make it quick; without them it slows down, to a call in four seconds", () => {
  const steps: Step[] = [{ fresh: 1 }, ...Array.from({ length: 40 }, () => ({ fresh: 0 }))];
  const sent = calls(steps, false);
  const gaps = sent.map((at, index) => Math.round(at - (sent[index - 1] ?? 0)));
  expect(gaps.slice(1, 4).every((gap) => gap <= 1_300)).toBe(true);
  expect(gaps.slice(-5)).toEqual([4_000, 4_000, 4_000, 4_000, 4_000]);
  expect(sent[1]).toBeLessThanOrEqual(1_010);
});

test("a poll of several pages makes the pause after it longer where nothing comes", () => {
  let pace = startPace(0, false);
  for (const more of [true, true, false]) {
    pace = afterPage(afterCall(pace, 0), 0, { fresh: 0, more });
  }
  expect(waitMs(pace, 0)).toBe(12_000);
});

test("a reason to hurry is worth a call at once and another soon after, not more", () => {
  let now = 100;
  let pace = hurried(afterPage(afterCall(startPace(0, true), 0), now, { fresh: 0, more: false }), now);
  const waits = [1, 2, 3].map(() => {
    const wait = waitMs(pace, now);
    now += wait;
    pace = afterPage(afterCall(pace, now), now, { fresh: 0, more: false });
    return Math.round(wait);
  });
  expect(waits).toEqual([0, 500, expect.any(Number)]);
  expect(waits[2]).toBeGreaterThan(500);
});

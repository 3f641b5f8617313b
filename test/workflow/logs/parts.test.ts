import fc from "fast-check";
import { expect, test } from "vitest";
import { cutRange, learn, nextPart } from "../../../src/workflow/logs/parts.js";

const event = (timestamp: number) => ({ id: "", stream: "", timestamp, ingestionTime: 0, message: "" });

test("the parts are the whole range, without a gap and without an overlap, whatever is learned", () => {
  const fetched = fc.record({
    pages: fc.integer({ min: 1, max: 9 }),
    size: fc.nat(90),
    fullPage: fc.nat(90),
  });
  fc.assert(
    fc.property(
      fc.nat(1_000),
      fc.nat(5_000),
      fc.array(fc.nat(6_000)),
      fc.array(fetched, { minLength: 1 }),
      (since, length, times, lessons) => {
        const until = since + length;
        const inRange = times.filter((time) => time >= since && time <= until);
        let cut = cutRange(since, until, { events: inRange.map(event) });
        let expected = since;
        for (let index = 0; ; index += 1) {
          const next = nextPart(cut);
          if (next === undefined) break;
          expect(next.part.startTime).toBe(expected);
          expect(next.part.endTime).toBeGreaterThanOrEqual(next.part.startTime);
          expected = next.part.endTime + 1;
          const lesson = lessons[index % lessons.length] ?? { pages: 1, size: 0, fullPage: 0 };
          cut = learn(next.rest, { ...lesson, span: next.span });
        }
        expect(expected).toBe(until + 1);
      },
    ),
  );
});

test("a part is as long as a page is dense, not counting the silence before", () => {
  const cut = cutRange(0, 1_000_000, { events: [event(500_000), event(500_999)], size: 100 });
  expect(nextPart(cut)?.part).toEqual({ startTime: 0, endTime: 500_899 });
});

test("dense parts make the next ones shorter, empty ones longer", () => {
  const cut = { from: 0, until: 1e9, silence: 0, span: 1_000, fullPage: 100 };
  expect(learn(cut, { span: 1_000, pages: 2, size: 180, fullPage: 100 }).span).toBe(500);
  expect(learn(cut, { span: 1_000, pages: 1, size: 0, fullPage: 0 }).span).toBe(4_000);
  // A filter that finds little: each page is what AWS searched in one call.
  expect(learn(cut, { span: 1_000, pages: 4, size: 20, fullPage: 10 }).span).toBe(250);
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { isoTime, moments } from "../../src/output/moments.js";

test("the same as Date says, whatever came before", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -8.64e15, max: 8.64e15 })), (times) => {
      const momentOf = moments();
      for (const time of times.flatMap((one) => [
        one,
        Math.min(one + 1, 8.64e15),
        Math.min(one + 1000, 8.64e15),
      ])) {
        const [day, rest] = new Date(time).toISOString().split("T");
        expect(momentOf(time)).toEqual({ day, clock: rest?.slice(0, 8) });
        expect(isoTime(time)).toBe(new Date(time).toISOString());
      }
    }),
  );
});

test("what is no time is the beginning of time", () => {
  for (const none of [Number.NaN, 1e300, -1e300, 0.5]) {
    expect(isoTime(none)).toBe("1970-01-01T00:00:00.000Z");
    expect(moments()(none)).toEqual({ day: "1970-01-01", clock: "00:00:00" });
  }
});

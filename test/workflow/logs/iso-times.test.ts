import fc from "fast-check";
import { expect, test } from "vitest";
import { isoTimes } from "../../../src/workflow/logs/iso-times.js";

test("the same as Date says, whatever came before", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -8.64e15, max: 8.64e15 })), (times) => {
      const iso = isoTimes();
      for (const time of times.flatMap((one) => [one, Math.min(one + 1, 8.64e15)]))
        expect(iso(time)).toBe(new Date(time).toISOString());
    }),
  );
});

test("what is no time is the beginning of time", () => {
  for (const none of [Number.NaN, 1e300, -1e300, 0.5])
    expect(isoTimes()(none)).toBe("1970-01-01T00:00:00.000Z");
});

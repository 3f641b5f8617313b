import { expect, test } from "vitest";
import { parseSince } from "../../src/workflow/since.js";

const now = new Date("2026-11-20T12:00:00Z");

test.each([
  ["90s", "2026-11-20T11:58:30.000Z"],
  ["10m", "2026-11-20T11:50:00.000Z"],
  ["7d", "2026-11-13T12:00:00.000Z"],
  ["2026-07-28T10:00", "2026-07-28T10:00:00.000Z"],
  ["2026-07-28 10:00:05", "2026-07-28T10:00:05.000Z"],
  ["2026-07-28T10:00+02:00", "2026-07-28T08:00:00.000Z"],
  ["2026-07-28", "2026-07-28T00:00:00.000Z"],
])("%s", (text, expected) => {
  expect(parseSince(text, now)?.toISOString()).toBe(expected);
});

test.each(["", "yesterday", "10", "10 m", "-5m", "2026-13-45", "2026-07-28T99:00"])(
  "%j is not understood",
  (text) => {
    expect(parseSince(text, now)).toBeUndefined();
  },
);

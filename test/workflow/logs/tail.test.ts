import { expect, test } from "vitest";
import type { LogLine } from "../../../src/workflow/events.js";
import { checkTail } from "../../../src/workflow/logs/tail.js";

const line = (message: string): LogLine => ({ timestamp: 0, level: "info", stream: "a", message });
const missing = (seen: string[], tail: string) => {
  const check = checkTail();
  for (const message of seen) check.saw(line(message));
  check.told(tail);
  return check.missing().map(({ message }) => message);
};

test("nothing is missing where every line was seen, in whatever order", () => {
  expect(
    missing(["two", "one"], "START RequestId: 8f14e45f-ceea-467f-a8d4-0d6b6a1f9c1b Version: 1\none\ntwo\n"),
  ).toEqual([]);
});

test("a line that was written twice and seen once is missing once", () => {
  expect(missing(["same"], "same\nsame\n")).toEqual(["same"]);
});

test("a message of several lines, and JSON, are compared by what they say", () => {
  expect(missing(["Error: no\n    at x", "hello"], 'Error: no\n    at x\n{"message":"hello"}\n')).toEqual([]);
});

test("the first line of a tail that was cut proves nothing", () => {
  const cut = `rest of a line\n${"x".repeat(4081)}\n`;
  expect(Buffer.byteLength(cut)).toBe(4097);
  expect(missing([], cut)).toEqual(["x".repeat(4081)]);
  expect(missing([], "rest of a line\n")).toEqual(["rest of a line"]);
});

test("what was seen long ago is forgotten, what a tail can hold is not", () => {
  const seen = Array.from({ length: 5_000 }, (_, index) => `line number ${index} of many`);
  expect(missing(seen, `${seen.slice(-100).join("\n")}\n`)).toEqual([]);
  expect(missing(seen, `${seen[0]}\n`)).toHaveLength(1);
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { parseFilterPattern } from "../../../src/local/endpoint/filter-pattern.js";
import type { LogLine } from "../../../src/workflow/events.js";
import { parseGrep, quotedPattern, selectLines } from "../../../src/workflow/logs/select.js";

const line = (message: string, more: Partial<LogLine> = {}): LogLine => ({
  timestamp: 0,
  level: "info",
  stream: "a",
  message,
  ...more,
});

test("a quoted text matches itself as it stands, and nothing that does not hold it", () => {
  const text = fc.string({ minLength: 1, maxLength: 200 }).filter((one) => !one.includes("\n"));
  fc.assert(
    fc.property(text, fc.string(), fc.string(), (wanted, before, after) => {
      const matches = parseFilterPattern(quotedPattern(wanted));
      expect(matches(before + wanted + after)).toBe(true);
      expect(matches(before)).toBe(before.includes(wanted));
    }),
  );
});

test("a text that CloudWatch would not take is refused", () => {
  expect(() => quotedPattern('"'.repeat(600))).toThrow(/at most/);
  expect(quotedPattern("x".repeat(1022))).toHaveLength(1024);
});

test("any of several terms, or all of them, never mixed", () => {
  const matches = parseFilterPattern('?"START RequestId: " ?requestId');
  expect(["START RequestId: 1", '{"requestId":1}', "REPORT"].map(matches)).toEqual([true, true, false]);
  expect(() => parseFilterPattern("?a b")).toThrow(/does not mix/);
});

test("level, text and expression must all agree", () => {
  const selected = selectLines({ level: "warn", text: "b", grep: parseGrep("^a") });
  const lines = [
    line("ab", { level: "error" }),
    line("ab"),
    line("a", { level: "warn" }),
    line("b", { level: "warn" }),
  ];
  expect(lines.map(selected)).toEqual([true, false, false, false]);
});

test("what goes on with an earlier line shares its fate, stream by stream", () => {
  const selected = selectLines({ grep: parseGrep("yes") });
  const lines = [
    line("yes"),
    line("no", { stream: "b" }),
    line("  yes", { stream: "b", continued: true }),
    line("  no", { continued: true }),
  ];
  expect(lines.map(selected)).toEqual([true, false, false, true]);
});

test("what is searched is what is shown: the fields behind the message, and the stack", () => {
  const shown = line("no\n    at f (g.js:1:1)", { extra: "order=42" });
  for (const seen of ["^no order=42$".replace("$", String.raw`\n`), String.raw`g\.js`, "order=4"])
    expect(selectLines({ grep: parseGrep(seen) })(shown)).toBe(true);
  expect(selectLines({ text: "order=42" })(shown)).toBe(true);
  expect(selectLines({ grep: parseGrep("order=43") })(shown)).toBe(false);
});

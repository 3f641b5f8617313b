import fc from "fast-check";
import { expect, test } from "vitest";
import { visibleInColour, withoutColour } from "../../src/output/colour.js";
import { logText } from "../../src/output/log.js";
import { jsonLines, logPrinter } from "../../src/output/log-stream.js";
import { makeStyle } from "../../src/output/style.js";
import type { LogLine } from "../../src/workflow/events.js";
import { parseLogLine, rawLogLine } from "../../src/workflow/logs/line.js";

const style = (color: boolean) =>
  makeStyle({ verbose: false, color, isTerminal: true, columns: 80, env: {} });
const line = (message: string, more: Partial<LogLine> = {}): LogLine => ({
  timestamp: Date.UTC(2026, 10, 20, 12, 55),
  level: "info",
  stream: "a",
  message,
  ...more,
});

test("nothing but colours reaches the terminal, and every colour is ended", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.string({ unit: "binary" }),
          fc.constantFrom("\x1b[31m", "\x1b[1;8m", "\x1b[38;5;8m", "\x1b[", "\x1b[2J"),
        ),
      ),
      (parts) => {
        const shown = visibleInColour(parts.join(""));
        const rest = shown.replace(/\x1b\[[\d;]*m/g, "");
        expect(rest).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
        if (/\x1b\[(?:31|38;5;8)m(?!.*\x1b\[)/s.test(shown)) expect.fail("a colour goes on behind the text");
        expect(shown).not.toContain("\x1b[1;8m");
      },
    ),
    { numRuns: 1000 },
  );
  expect(visibleInColour("\x1b[38;5;8mgrey")).toBe("\x1b[38;5;8mgrey\x1b[0m");
  expect(withoutColour("\x1b[31mred\x1b[0m")).toBe("red");
});

test("levels are named where the message does not, and coloured", () => {
  expect(logText(line("slow", { level: "warn" }), "12:55:00", style(false))).toBe("12:55:00  warn slow");
  expect(logText(line("Warning: slow", { level: "warn" }), "12:55:00", style(false))).toBe(
    "12:55:00  Warning: slow",
  );
  expect(logText(line("no", { level: "error" }), "12:55:00", style(true))).toBe(
    "\x1b[2m12:55:00\x1b[22m  \x1b[31merror no\x1b[39m",
  );
});

test("what comes late is marked, what goes on stands under its beginning", () => {
  expect(logText(line("x", { late: true }), "12:55:00", style(false))).toBe("12:55:00  late x");
  expect(logText(line("    at y", { continued: true, level: "error" }), "12:55:00", style(false))).toBe(
    "              at y",
  );
});

test("REPORT in 80 columns, START and END not at all", () => {
  const report = { durationMs: 61_250, billedMs: 61_300, memoryMb: 512, maxMemoryMb: 65, initMs: 92.1 };
  expect(logText(line("REPORT …", { platform: "report", report }), "12:55:00", style(false))).toBe(
    "12:55:00  took 1 min 1 s, billed 1 min 1 s, memory 65 of 512 MB, cold start\n          92 ms",
  );
  expect(logText(line("START", { platform: "start" }), "12:55:00", style(false))).toBeUndefined();
});

test("fields stand dim behind the message, before the stack", () => {
  const failed = line("no\n    at f", { level: "error", extra: "order=42 x=\u001b[2J" });
  expect(logText(failed, "12:55:00", style(false))).toBe(
    "12:55:00  error no order=42 x=\\x1b[2J\n              at f",
  );
  expect(logText(line("m", { extra: "a=1" }), "12:55:00", style(true))).toContain("m \x1b[2ma=1\x1b[22m");
  expect(jsonLines([line("m", { extra: "a=1" })])).not.toContain("extra");
});

test("a line without text has no trailing blanks, a long word goes on under its beginning", () => {
  expect(logText(line(""), "12:55:00", style(false))).toBe("12:55:00");
  expect(logText(line("x".repeat(100)), "12:55:00", style(false))).toBe(
    `12:55:00  ${"x".repeat(70)}\n          ${"x".repeat(30)}`,
  );
});

test("a colour that the text ends itself is not ended once more, others are", () => {
  for (const text of [
    "\x1b[31mred\x1b[39m",
    "\x1b[1;91mred\x1b[0m after",
    "\x1b[38;2;1;2;3mx\x1b[39m",
    "\x1b[mx",
  ])
    expect(visibleInColour(text)).toBe(text);
  for (const text of ["\x1b[31;1mred\x1b[39m", "\x1b[0;7mx", "\x1b[0mx\x1b[42m"])
    expect(visibleInColour(text)).toBe(`${text}\x1b[0m`);
});

test("raw: as it came, its tabs and colours too, a message of several lines as several", () => {
  const raw = logPrinter({ style: style(false), raw: true, today: "", mixed: false });
  expect(raw([line("\x1b[31ma\tb\x1b[39m"), line("one\n\ttwo")])).toBe("\x1b[31ma\tb\x1b[39m\none\n\ttwo\n");
});

test("metrics are CloudWatch's to read, not people's; raw and JSON have them", () => {
  const CloudWatchMetrics = [{ Namespace: "n", Dimensions: [["stage"]], Metrics: [{ Name: "M" }] }];
  const eventOf = (fields: object) => ({
    id: "1",
    timestamp: 0,
    ingestionTime: 0,
    stream: "a",
    message: JSON.stringify({ ...fields, M: 1, _aws: { Timestamp: 1, CloudWatchMetrics } }),
  });
  const events = [
    eventOf({ level: "info", event: "metrics", message: "Metrics: 2 applied in 3 ms", stage: "dev" }),
    eventOf({ service: "another library's" }),
    eventOf({ message: "Order taken" }),
  ];
  const lines = events.map((event) => parseLogLine(event));
  const options = { style: style(false), today: "1970-01-01", mixed: false };
  expect(logPrinter({ ...options, raw: false })(lines)).toBe("00:00:00  Order taken M=1\n");
  const raw = logPrinter({ ...options, raw: true })(events.map((event) => rawLogLine(event)));
  expect(raw).toBe(events.map(({ message }) => `${message}\n`).join(""));
  expect(jsonLines(lines).match(/"_aws"/g)).toHaveLength(3);
});

import fc from "fast-check";
import { expect, test } from "vitest";
import type { LogLine } from "../../../src/workflow/events.js";
import { joinTraces } from "../../../src/workflow/logs/traces.js";

const line = (stream: string, message: string, more: Partial<LogLine> = {}): LogLine => ({
  timestamp: Date.UTC(2026, 10, 20, 10),
  level: "info",
  stream,
  message,
  ...more,
});
const messages = (lines: readonly LogLine[]) => lines.map(({ message }) => message);

test("traces of two streams, their lines interleaved", () => {
  const joined = joinTraces()([
    line("a", "Error: a"),
    line("b", "Traceback (most recent call last):"),
    line("a", "    at x"),
    line("b", '  File "y"'),
    line("a", "Caused by: z"),
    line("b", "KeyError: 1"),
    line("b", ""),
    line("b", "During handling of the above exception, another exception occurred:"),
    line("b", ""),
    line("b", "Traceback (most recent call last):"),
    line("b", '  File "z"'),
    line("b", "ValueError: 2"),
    line("b", "the next"),
    line("a", "the next"),
  ]);
  expect(messages(joined)).toEqual([
    "Error: a\n    at x\nCaused by: z",
    'Traceback (most recent call last):\n  File "y"\nKeyError: 1\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File "z"\nValueError: 2',
    "the next",
    "the next",
  ]);
});

test("a traceback that came in one piece takes nothing after it", () => {
  const whole = "[ERROR] KeyError: 1\nTraceback (most recent call last):\n  File x";
  expect(messages(joinTraces()([line("a", whole), line("a", "after")]))).toEqual([whole, "after"]);
});

test("what goes on in the next batch is marked, and has the level of its beginning", () => {
  const join = joinTraces();
  join([line("a", "ERROR no", { level: "error" })]);
  expect(join([line("a", "    at x"), line("a", "    at y"), line("a", "else")])).toMatchObject([
    { message: "    at x\n    at y", continued: true, level: "error" },
    { message: "else", level: "info" },
  ]);
});

test("Lambda's lines, lines with a request id, JSON and late lines go on from nothing", () => {
  const lines = [
    line("a", "START", { platform: "start" }),
    line("a", "  indented after START"),
    line("a", "  with id", { requestId: "r" }),
    line("a", "  late", { late: true }),
  ];
  expect(joinTraces()(lines)).toHaveLength(4);
});

test("no text is lost, in whatever batches it comes", () => {
  const some = fc.array(
    fc.record({
      stream: fc.constantFrom("a", "b"),
      message: fc.constantFrom("x", "  y", "Traceback (most recent call last):", "", "}", "E: 1"),
    }),
  );
  fc.assert(
    fc.property(fc.array(some, { maxLength: 5 }), (batches) => {
      const join = joinTraces();
      const out = batches.flatMap((batch) => join(batch.map((one) => line(one.stream, one.message))));
      for (const stream of ["a", "b"]) {
        const written = batches.flat().filter((one) => one.stream === stream);
        const shown = out.filter((one) => one.stream === stream);
        expect(messages(shown).join("\n")).toBe(written.map(({ message }) => message).join("\n"));
      }
    }),
  );
});

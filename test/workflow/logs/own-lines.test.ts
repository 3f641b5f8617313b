import { expect, test } from "vitest";
import type { LogLine } from "../../../src/workflow/events.js";
import { ownLines } from "../../../src/workflow/logs/own-lines.js";

function line(stream: string, message: string, more: Partial<LogLine> = {}): LogLine {
  return { timestamp: Date.UTC(2026, 10, 20, 10), level: "info", stream, message, ...more };
}
const start = (stream: string, requestId: string) => line(stream, "START", { platform: "start", requestId });
const report = (stream: string, requestId: string) =>
  line(stream, "REPORT", { platform: "report", requestId });

test("two invocations interleaved in one group, one of them in the stream of an earlier one", () => {
  const lines = ownLines({ runId: "run-1", tracksRuns: true });
  const shown = [
    start("a", "r0"),
    line("a", "old"),
    report("a", "r0"),
    start("a", "r1"),
    start("b", "r2"),
    line("a", "before the first line of ours"),
    line("b", "stranger", { runId: "run-2", requestId: "r2" }),
    line("a", "ours", { runId: "run-1", requestId: "r1" }),
    line("b", "stranger again"),
    line("a", "plain print"),
    report("b", "r2"),
  ].flatMap(lines.take);
  expect(shown.map(({ message }) => message)).toEqual([
    "START",
    "before the first line of ours",
    "ours",
    "plain print",
  ]);
  expect(lines.ended()).toBe(false);
  expect(lines.take(report("a", "r1"))).toHaveLength(1);
  expect(lines.ended()).toBe(true);
  expect(lines.newest()).toEqual({ stream: "a", requestId: "r1" });
});

test("a second part of the same run begins a second invocation", () => {
  const lines = ownLines({ runId: "run-1", tracksRuns: true });
  [start("a", "r1"), line("a", "x", { runId: "run-1", requestId: "r1" }), report("a", "r1")].forEach(
    lines.take,
  );
  expect(lines.ended()).toBe(true);
  [start("a", "r2"), line("a", "y", { runId: "run-1", requestId: "r2" })].forEach(lines.take);
  expect(lines.ended()).toBe(false);
});

test("asking the ledger about the run carries its id, and is not the run", () => {
  const lines = ownLines({ runId: "run-1", tracksRuns: true });
  const asking = line("a", "migrate-remote: run-result", {
    runId: "run-1",
    requestId: "r1",
    fields: { operation: "run-result" },
  });
  expect([start("a", "r1"), asking, report("a", "r1")].flatMap(lines.take)).toEqual([]);
  const running = line("a", "migrate-remote: run", {
    runId: "run-1",
    requestId: "r2",
    fields: { operation: "run" },
  });
  expect([start("a", "r2"), running].flatMap(lines.take)).toHaveLength(2);
});

test("another function's first START after the invoke is taken for ours", () => {
  const lines = ownLines({ runId: "run-1", tracksRuns: false });
  const shown = [
    line("z", "earlier"),
    start("a", "r1"),
    line("a", "hello"),
    start("b", "r2"),
    line("b", "no"),
  ].flatMap(lines.take);
  expect(shown.map(({ message }) => message)).toEqual(["START", "hello"]);
});

test("several first STARTs are ambiguous until the answer settles it; what was held back is given then", () => {
  const lines = ownLines({ runId: "run-1", tracksRuns: false });
  [start("b", "r2"), line("b", "a stranger's"), start("a", "r1"), line("a", "mine")].forEach(lines.take);
  expect(lines.ambiguous()).toBe(true);
  expect(lines.settle("r1").map(({ message }) => message)).toEqual(["START", "mine"]);
  expect(lines.ambiguous()).toBe(false);
  expect(lines.take(line("a", "more"))).toHaveLength(1);
  expect(lines.take(report("a", "r1"))).toHaveLength(1);
  expect(lines.newest()).toEqual({ stream: "a", requestId: "r1" });
  expect(lines.ended()).toBe(true);
});

test("a run that paused goes on in another invocation", () => {
  const lines = ownLines({ runId: "run-1", tracksRuns: true });
  const paused = { runId: "run-1", requestId: "r1", fields: { event: "run_paused" } };
  [start("a", "r1"), line("a", "pauses", paused), report("a", "r1")].forEach(lines.take);
  expect(lines.ended()).toBe(false);
  [start("a", "r2"), line("a", "goes on", { runId: "run-1", requestId: "r2" }), report("a", "r2")].forEach(
    lines.take,
  );
  expect(lines.ended()).toBe(true);
});

test("a run that is only asked about is not shown, also where its later lines do not say so", () => {
  const lines = ownLines({ runId: "run-1", tracksRuns: true });
  const about = { runId: "run-1", requestId: "r1" };
  const shown = [
    start("a", "r1"),
    line("a", "asks", { ...about, fields: { operation: "run-result" } }),
    line("a", "failed", about),
    line("a", "plain"),
  ].flatMap(lines.take);
  expect(shown).toEqual([]);
});

test("what the code wrote while it was loaded belongs to the invocation that it was loaded for", () => {
  const lines = ownLines({ requestIds: new Set(["r1"]) });
  const shown = [
    line("b", "another's loading"),
    line("a", "INIT_START", { platform: "init" }),
    line("a", "cannot import"),
    start("b", "r2"),
    start("a", "r1"),
    report("a", "r1"),
  ].flatMap(lines.take);
  expect(shown.map(({ message }) => message)).toEqual(["INIT_START", "cannot import", "START", "REPORT"]);
  expect(shown.every(({ requestId }) => requestId === "r1")).toBe(true);
});

test("an invocation that is known to have only asked is not taken for ours, nor does it make ours ambiguous", () => {
  const lines = ownLines({ runId: "run-1", tracksRuns: false, strangers: new Set(["r0"]) });
  const shown = [
    start("a", "r0"),
    line("a", "the plan"),
    report("a", "r0"),
    start("a", "r1"),
    line("a", "hello"),
  ].flatMap(lines.take);
  expect(shown.map(({ message }) => message)).toEqual(["START", "hello"]);
  expect(lines.ambiguous()).toBe(false);
});

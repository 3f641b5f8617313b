import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { makeReporter } from "../../src/output/reporter.js";
import { progressClock, progressText } from "../../src/output/snapshot-progress.js";
import { makeStyle } from "../../src/output/style.js";
import type { SnapshotProgress } from "../../src/workflow/events.js";

const progress = (more: Partial<SnapshotProgress>): SnapshotProgress => ({
  id: "s-1",
  database: "shop-prod",
  status: "creating",
  percent: 0,
  elapsedMs: 0,
  timeoutMs: 14_400_000,
  ...more,
});

/** What a log of a pipeline would hold. */
function logged(events: SnapshotProgress[], quiet = false): string[] {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _, done) {
      lines.push(String(chunk).trimEnd());
      done();
    },
  });
  const style = makeStyle({ verbose: false, color: false, isTerminal: false, columns: undefined, env: {} });
  const reporter = makeReporter({ stream, style, quiet, now: Date.now });
  for (const event of events) reporter.emit({ type: "snapshot", ...event });
  return lines;
}

test("progress in one line", () => {
  expect(progressText(progress({ percent: 40, elapsedMs: 130_000, leftMs: 195_000 }))).toBe(
    "creating, 40 %, 2 min 10 s so far, about 3 min more (at most 4 h)",
  );
  expect(progressText(progress({ elapsedMs: 500 }))).toBe("creating, 0 %, 500 ms so far (at most 4 h)");
});

test("time goes on by itself, and an answer that is late is told", () => {
  const last = progress({ percent: 40, elapsedMs: 4_200, leftMs: 60_000 });
  expect(progressClock(last, 1_000)).toBe("5.2 s so far, about 59 s more (at most 4 h)");
  expect(progressClock(last, 90_000)).toBe("1 min 34 s so far, last answer 2 min ago (at most 4 h)");
});

test("a quick one does not fill a pipeline's log", () => {
  const events = Array.from({ length: 10 }, (_, tenth) =>
    progress({ percent: tenth * 10, elapsedMs: tenth * 400 }),
  );
  expect(logged([progress({ status: "requested" }), ...events])).toHaveLength(2);
});

test("one blank line between what happened and what comes then", () => {
  const text: string[] = [];
  const stream = new Writable({
    write(chunk, _, done) {
      text.push(String(chunk));
      done();
    },
  });
  const style = makeStyle({ verbose: false, color: false, isTerminal: false, columns: undefined, env: {} });
  const reporter = makeReporter({ stream, style, quiet: false, now: Date.now });
  reporter.emit({ type: "way-back", message: "A snapshot is taken." });
  reporter.stop();
  expect(text.join("")).toBe("A snapshot is taken.\n\n");
});

test("where lines stay: one when it begins, one each tenth or minute, one when it is done", () => {
  const events = [
    progress({ status: "requested" }),
    ...Array.from({ length: 100 }, (_, percent) => progress({ percent, elapsedMs: percent * 1000 })),
    progress({ status: "available", percent: 100, elapsedMs: 100_000 }),
  ];
  const lines = logged(events);
  expect(lines).toHaveLength(1 + 9 + 1);
  expect(lines[0]).toBe("Snapshot s-1 of shop-prod is asked for, and waited for at most 4 h");
  expect(lines[1]).toContain("Snapshot s-1: creating, 10 %");
  expect(lines.at(-1)).toBe("Snapshot s-1 is available after 1 min 40 s");
});

test("a snapshot that does not get on is told once a minute", () => {
  const events = Array.from({ length: 40 }, (_, index) => progress({ elapsedMs: index * 15_000 }));
  expect(logged(events)).toHaveLength(10);
});

test("another state is told at once, and --quiet tells nothing", () => {
  const events = [progress({}), progress({ status: "failed", elapsedMs: 1 })];
  expect(logged(events)).toHaveLength(2);
  expect(logged(events, true)).toEqual([]);
});

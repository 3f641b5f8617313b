import { Writable } from "node:stream";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { makeFolds } from "../../src/output/folds.js";
import { makeReporter } from "../../src/output/reporter.js";
import { makeStyle } from "../../src/output/style.js";
import type { LogLine } from "../../src/workflow/events.js";

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

function reporter({ kind = "other" as "github" | "gitlab" | "other", quiet = false } = {}) {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  const style = makeStyle({ verbose: false, color: false, isTerminal: false, columns: undefined, env: {} });
  const folds = makeFolds({ kind, command: (line) => void stream.write(`${line}\n`), now: Date.now });
  return {
    ...makeReporter({ stream, style, folds, quiet, now: Date.now }),
    lines: () => chunks.join("").split("\n"),
  };
}

const line: LogLine = {
  timestamp: Date.UTC(2026, 10, 20, 10, 45, 12),
  level: "info",
  message: "Applying",
  stream: "s",
};
const target = { stage: "prod", function: "f", contract: "migrate-remote", protected: true };
const started = { type: "started", runId: "r1", hasLedger: true, hasStatus: true } as const;

test("a long wait says so every minute, for as long as nothing else is said", () => {
  const { emit, stop, lines } = reporter();
  emit({ type: "waiting", message: "Waiting for the lock, at most 5 min." });
  vi.advanceTimersByTime(150_000);
  expect(lines()).toEqual([
    "Waiting for the lock, at most 5 min.",
    "Waiting for the lock, at most 5 min, 1 min 00 s so far",
    "Waiting for the lock, at most 5 min, 2 min 00 s so far",
    "",
  ]);
  stop();
  vi.advanceTimersByTime(300_000);
  expect(lines()).toHaveLength(5);
});

test("who polls says it once", () => {
  const { emit, stop, lines } = reporter();
  for (let poll = 0; poll < 89; poll += 1) {
    emit({ type: "waiting", message: "f is being updated" });
    vi.advanceTimersByTime(2_000);
  }
  stop();
  expect(lines()).toEqual([
    "f is being updated",
    "f is being updated, 1 min 00 s so far",
    "f is being updated, 2 min 00 s so far",
    "",
    "",
  ]);
});

test("a run whose function is silent is at work, with the migration that was begun last", () => {
  const { emit, stop, lines } = reporter();
  emit(started);
  vi.advanceTimersByTime(61_000);
  emit({ type: "progress", revision: "003_c", index: 3, total: 7 });
  emit({ type: "log", line });
  vi.advanceTimersByTime(59_000);
  emit({ type: "log", line });
  vi.advanceTimersByTime(60_000);
  stop();
  expect(lines()).toEqual([
    "Running r1",
    "The run is at work, 1 min 00 s so far",
    "10:45:12  Applying",
    "10:45:12  Applying",
    "Migration 3 of 7: 003_c, 1 min 59 s so far",
    "",
    "",
  ]);
});

test("a snapshot is told by its progress, and by the time that passes while RDS cannot be asked", () => {
  const { emit, stop, lines } = reporter();
  const progress = {
    type: "snapshot",
    id: "s",
    database: "d",
    status: "creating",
    timeoutMs: 3_600_000,
  } as const;
  for (let elapsedMs = 0; elapsedMs <= 120_000; elapsedMs += 15_000) {
    emit({ ...progress, percent: 5, elapsedMs });
    vi.advanceTimersByTime(15_000);
  }
  expect(lines().filter((one) => one.startsWith("Snapshot"))).toHaveLength(3);
  vi.advanceTimersByTime(60_000);
  stop();
  expect(lines().at(-3)).toMatch(/^Snapshot creating, 5 %, 3 min \d+ s so far, last answer 1 min ago/);
});

test("with --quiet nothing is said", () => {
  const { emit, stop, lines } = reporter({ quiet: true });
  emit({ type: "waiting", message: "Waiting" });
  vi.advanceTimersByTime(600_000);
  stop();
  expect(lines()).toEqual([""]);
});

test("a log that is followed may be silent for as long as it likes", () => {
  const { emit, stop, lines } = reporter();
  emit({ type: "following", message: "Following /aws/lambda/f" });
  vi.advanceTimersByTime(600_000);
  stop();
  expect(lines().filter((one) => one !== "")).toEqual(["Following /aws/lambda/f"]);
});

test("GitHub: the function's lines and the plan's SQL are folded, what else is said stands outside", () => {
  const { emit, stop, lines } = reporter({ kind: "github" });
  const sql = "SELECT 1;";
  emit({
    type: "plan",
    target,
    migrations: [{ revision: "001", status: "pending", sql }],
    repairsFirst: false,
  });
  emit(started);
  emit({ type: "log", line });
  emit({ type: "warning", code: "w", message: "The answer was lost" });
  emit({ type: "log", line });
  emit({ type: "log-end", lines: 2, late: 0, missing: 0, ended: true });
  emit({ type: "log", line });
  stop();
  expect(lines()).toEqual([
    "Plan for prod f: 1 migration",
    "  ○ 001  pending",
    "::group::SQL of the plan",
    "",
    "  001",
    "    SELECT 1;",
    "::endgroup::",
    "",
    "Running r1",
    "::group::Logs of run r1",
    "10:45:12  Applying",
    "::endgroup::",
    "! The answer was lost",
    "::group::Logs of run r1",
    "10:45:12  Applying",
    "::endgroup::",
    "2 log lines, none missing",
    "::group::Logs of run r1",
    "10:45:12  Applying",
    "::endgroup::",
    "",
    "",
  ]);
});

test("GitLab: sections, each with a name of its own and a time", () => {
  const { emit, stop, lines } = reporter({ kind: "gitlab" });
  emit(started);
  emit({ type: "log", line });
  emit({ type: "note", message: "between" });
  emit({ type: "log", line });
  stop();
  const marks = lines().filter((one) => one.includes("section_"));
  const told = marks.map((one) =>
    /^\u001b\[0Ksection_(start|end):(\d+):(\w+)(?:\[collapsed=true\])?\r\u001b\[0K(.*)$/.exec(one),
  );
  expect(told.map((match) => [match?.[1], match?.[4]])).toEqual([
    ["start", "Logs of run r1"],
    ["end", ""],
    ["start", "Logs of run r1"],
    ["end", ""],
  ]);
  const names = told.map((match) => match?.[3]);
  expect(names[0]).toBe(names[1]);
  expect(names[2]).toBe(names[3]);
  expect(names[0]).not.toBe(names[2]);
  expect(told[0]?.[2]).toBe("1000");
});

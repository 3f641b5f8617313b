import fc from "fast-check";
import { expect, test } from "vitest";
import { type RunRecord, type RunState, runStates } from "../../src/contract/run-record.js";
import { runStatsText } from "../../src/output/run-stats.js";
import { makeStyle } from "../../src/output/style.js";
import { statsOf } from "../../src/workflow/run-stats.js";

const began = Date.parse("2026-11-20T10:00:00Z");

/** One row; the higher the index, the older. */
function row(index: number, state: RunState, seconds = 10, more: Partial<RunRecord> = {}): RunRecord {
  const startedAt = began - index * 3_600_000;
  return {
    runId: `run-${index}`,
    state,
    operation: "run",
    part: 1,
    fromRevisions: [],
    toRevisions: [],
    applied: [],
    startedAt: new Date(startedAt).toISOString(),
    finishedAt: new Date(startedAt + seconds * 1000).toISOString(),
    ...more,
  };
}

function shown(rows: RunRecord[], limit = 1000): string[] {
  const style = makeStyle({ verbose: false, color: false, isTerminal: true, columns: 80, env: {} });
  const target = { stage: "prod", function: "f", contract: "migrate-remote", protected: true };
  return runStatsText({ command: "runs", ...target, stats: statsOf(rows, limit) }, style);
}

test("durations are of runs that ended by themselves, the success rate of those that began", () => {
  const rows = [
    row(0, "running"),
    row(1, "refused", 1),
    row(2, "interrupted", 9_000),
    row(3, "failed", 30, { error: { code: "migration_failed", message: "no such table", hint: "" } }),
    row(4, "succeeded", 10),
    row(5, "succeeded", 20),
    row(6, "succeeded", 2, { operation: "fix-history" }),
  ];
  const stats = statsOf(rows, 1000);
  expect(stats).toMatchObject({
    runs: 6,
    repairs: 1,
    complete: true,
    since: "2026-11-20T04:00:00.000Z",
    outcomes: { running: 1, refused: 1, interrupted: 1, failed: 1, succeeded: 2, fenced: 0, paused: 0 },
    successRate: 0.5,
    durations: { runs: 3, medianMs: 20_000, p95Ms: 30_000, longestMs: 30_000, longestRunId: "run-3" },
    lastFailure: { runId: "run-2", state: "interrupted" },
  });
});

test("few runs are said to be few, and no share in percent is made of them", () => {
  const text = shown([row(0, "succeeded"), row(1, "failed")]).join("\n");
  expect(text).toContain("all 2 runs");
  expect(text).toContain("1 of 2 runs succeeded, too few for a rate.");
  expect(text).toContain("migrate-remote runs --stage prod");
  expect(text).not.toContain("%");
});

test("of many runs there is a share, never rounded up to all of them, and where 95 % are within", () => {
  const rows = Array.from({ length: 1000 }, (_, index) =>
    row(index, index === 500 ? "failed" : "succeeded", index),
  );
  const lines = shown(rows);
  expect(lines.at(-2)).toContain("! 999 of 1000 runs succeeded (99.9 %).");
  expect(lines.join("\n")).toMatch(/95 % within +15 min 49 s/);
  expect(lines.join("\n")).toContain("the newest 1000 runs");
  expect(lines.every((line) => line.length <= 80)).toBe(true);
});

test("an empty ledger, and one where nothing has ended, have no numbers", () => {
  expect(shown([]).at(-1)).toBe("○ No run is in the ledger yet, so there is nothing to count.");
  expect(shown([row(0, "running")]).at(-1)).toBe("○ No run has begun to migrate and ended.");
  expect(statsOf([row(0, "refused")], 1000)).not.toHaveProperty("successRate");
});

test("whatever the rows: every run is counted once, and median ≤ p95 ≤ longest", () => {
  const anyRow = fc.record({
    state: fc.constantFrom(...runStates),
    seconds: fc.integer({ min: -5, max: 100_000 }),
    operation: fc.constantFrom("run" as const, "fix-history" as const),
  });
  fc.assert(
    fc.property(fc.array(anyRow, { maxLength: 60 }), (drawn) => {
      const rows = drawn.map(({ state, seconds, operation }, index) =>
        row(index, state, seconds, { operation }),
      );
      const { runs, repairs, outcomes, durations, successRate = 0 } = statsOf(rows, 1000);
      expect(runs + repairs).toBe(rows.length);
      expect(Object.values(outcomes).reduce((sum, count) => sum + count, 0)).toBe(runs);
      expect(successRate).toBeGreaterThanOrEqual(0);
      expect(successRate).toBeLessThanOrEqual(1);
      if (durations === undefined) return;
      expect(durations.medianMs).toBeGreaterThanOrEqual(0);
      expect(durations.medianMs).toBeLessThanOrEqual(durations.p95Ms);
      expect(durations.p95Ms).toBeLessThanOrEqual(durations.longestMs);
    }),
  );
});

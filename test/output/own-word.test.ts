import { expect, test } from "vitest";
import { runText } from "../../src/output/run.js";
import { makeStyle } from "../../src/output/style.js";
import type { RunResult } from "../../src/workflow/results.js";

const style = makeStyle({ verbose: false, color: false, isTerminal: true, columns: 200, env: {} });

function said(more: Partial<RunResult>): string {
  const result: RunResult = {
    command: "run",
    stage: "dev",
    function: "f",
    contract: "applied-list",
    protected: false,
    snapshotPolicy: "required",
    state: "up_to_date",
    currentRevisions: [],
    headRevisions: [],
    problems: [],
    pending: [],
    migrations: ["a", "b"].map((revision) => ({ revision, status: "skipped" as const })),
    dryRun: false,
    outcome: "nothing_to_do",
    evidence: "report",
    planned: [],
    planKnown: false,
    applied: [],
    recorded: [],
    removed: [],
    appliedKnown: true,
    durationMs: 1,
    runId: "20261120T104512Z-9f3c1a7e",
    ...more,
  };
  return runText(result, style).join("\n");
}

test("nothing to do, by the function's word alone, is no word about where the database is", () => {
  const text = said({});
  expect(text).toContain(
    "Nothing to do, says the function of dev: it applied nothing; 2 migrations had been applied before.",
  );
  expect(text).not.toContain("no revision");
  expect(text).not.toContain("nothing was written");
});

test("of a target behind or at the database it is not said that the database is up to date", () => {
  const text = said({ targetRevision: "001_a", migrations: [], evidence: "status" });
  expect(text).toContain("Nothing is pending up to 001_a: nothing to do");
  expect(text).not.toContain("Up to date");
});

test("where something was read, the database is up to date at it", () => {
  expect(said({ evidence: "query", currentRevisions: ["b"] })).toContain("Up to date at b: nothing to do");
});

test("what was applied is told without a place that nobody named", () => {
  expect(said({ outcome: "applied", applied: ["b"] })).not.toContain("the database is at");
  expect(said({ outcome: "failed", state: "empty" })).toContain("the database is at no revision");
});

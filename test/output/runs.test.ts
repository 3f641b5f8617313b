import { expect, test } from "vitest";
import type { RunRecord } from "../../src/contract/run-record.js";
import { runsText } from "../../src/output/runs.js";
import { makeStyle } from "../../src/output/style.js";

const target = {
  command: "runs" as const,
  stage: "prod",
  function: "shop-api-migrate-lambda-prod",
  contract: "migrate-remote" as const,
  protected: true,
};

const run: RunRecord = {
  runId: "20261120T104512Z-9f3c1a7e",
  operation: "run",
  part: 1,
  state: "interrupted",
  startedAt: "2026-11-20T10:45:12.000Z",
  finishedAt: "2026-11-20T10:46:12.000Z",
  applied: ["004"],
  requestedBy: "root@vm",
  fromRevisions: [],
  toRevisions: [],
};

function shown(columns: number | undefined, more: { runId?: string; runs?: RunRecord[] } = {}): string[] {
  const isTerminal = columns !== undefined;
  const style = makeStyle({ verbose: false, color: false, isTerminal, columns, env: {} });
  return runsText({ ...target, runs: [run], ...more }, style);
}

test("the table fits 80 columns: the run id has the time in it", () => {
  const [, , header, row] = shown(80);
  expect(header).toMatch(/^ {2}RUN +STATE +APPLIED +TOOK +BY$/);
  expect(row).toMatch(/^✗ 20261120T104512Z-9f3c1a7e +interrupted +1 +- +root@vm$/);
  expect(row?.length).toBeLessThanOrEqual(80);
});

test("how long a run took is told of one whose end was recorded; an interrupted one was only found", () => {
  const ended = { ...run, state: "failed" as const };
  expect(shown(80, { runs: [ended] })[3]).toMatch(/ failed +1 +1 min 0 s +root@vm$/);
  expect(shown(80, { runId: run.runId }).join("\n")).toMatch(
    /^ {2}took +-\n {2}ended +nobody recorded when$/m,
  );
});

test("where there is room, and where it is no screen, the time stands apart too", () => {
  for (const columns of [100, undefined]) expect(shown(columns)[3]).toContain("2026-11-20 10:45:12Z");
});

test("a run without a snapshot says so, and why", () => {
  const without = { ...run, snapshotSkipped: "the database is empty" };
  const text = shown(80, { runId: run.runId, runs: [without] }).join("\n");
  expect(text).toMatch(/^ {2}snapshot +none: the database is empty$/m);
  expect(shown(80, { runId: run.runId, runs: [{ ...run, snapshotId: "s-1" }] }).join("\n")).toMatch(
    /^ {2}snapshot +s-1$/m,
  );
});

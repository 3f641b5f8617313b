import { expect, test } from "vitest";
import { runText } from "../../src/output/run.js";
import { statusText } from "../../src/output/status.js";
import { makeStyle } from "../../src/output/style.js";
import type { MigrationView, RunResult, StatusResult } from "../../src/workflow/results.js";

const style = makeStyle({ verbose: false, color: false, isTerminal: true, columns: 80, env: {} });

const target = {
  stage: "prod",
  function: "shop-api-migrate-lambda-prod",
  contract: "migrate-remote" as const,
  protected: true,
  snapshotPolicy: "required" as const,
};
const harmless: MigrationView = { revision: "001", status: "pending" };
const drop: MigrationView = {
  revision: "002",
  status: "pending",
  destructive: [{ rule: "drop-table", severity: "loss", message: "drops table a" }],
};
const history = { currentRevisions: [], headRevisions: [], problems: [] };

function dryRun(migrations: MigrationView[], more: Partial<RunResult> = {}): string {
  const planned = migrations.map(({ revision }) => revision);
  const result: RunResult = {
    command: "run",
    ...target,
    ...history,
    dryRun: true,
    outcome: "planned",
    evidence: "report",
    pending: planned,
    planned,
    planKnown: true,
    recorded: [],
    removed: [],
    migrations,
    applied: [],
    appliedKnown: true,
    durationMs: 1,
    ...more,
  };
  return runText(result, style).join("\n");
}

function status(migrations: MigrationView[], more: Partial<StatusResult> = {}): string {
  const pending = migrations.map(({ revision }) => revision);
  const state = "pending_migrations";
  return statusText(
    { command: "status", ...target, ...history, state, pending, migrations, ...more },
    style,
  ).join("\n");
}

test.each([
  ["a dry-run", dryRun],
  ["a status", status],
])("%s names a command that the stage will take, and what comes before", (_, shown) => {
  const text = shown([harmless, drop]);
  expect(text).toMatch(/^ +migrate-remote run --stage prod --allow-destructive$/m);
  expect(text.replace(/\s+/g, " ")).toContain(
    "Stage prod is protected: consent is asked for, and a snapshot is taken first.",
  );
  expect(shown([harmless])).not.toContain("--allow-destructive");
  const open = shown([drop], { protected: false, snapshotPolicy: "none" });
  expect(open).not.toContain("--allow-destructive");
  expect(open).not.toContain("protected");
});

test("what the plan leaves out does not count, and a plan file knows its stage", () => {
  const text = dryRun([harmless, drop], { planned: ["001"], targetRevision: "001" });
  expect(text).toMatch(/^ +migrate-remote run --stage prod --target-revision 001$/m);
  expect(dryRun([drop], { planFile: "plan.json" })).toMatch(
    /^ +migrate-remote run --plan plan\.json --allow-destructive$/m,
  );
});

test("a run that failed at once does not count to zero", () => {
  expect(dryRun([harmless], { outcome: "failed" })).toContain("Failed; no migration was applied; the");
  expect(dryRun([harmless], { outcome: "failed", applied: ["001"] })).toContain("after 1 applied migration;");
});

test("the list of problems is not the database's", () => {
  const database = { name: "shop", host: "h", port: 5432 };
  const problems = [{ code: "unknown_revision", message: "It has 009.", revision: "009" }];
  for (const text of [status([], { database, problems }), dryRun([], { database, problems })])
    expect(text).toContain("! It has 009.\n\n  database shop");
});

test("the next command waits for the run that is at work", () => {
  const problems = [{ code: "run_at_work", message: "Run X holds the lock of this database." }];
  expect(dryRun([harmless], { problems })).toContain("migrate-remote run --stage prod --wait-lock 10m");
  expect(status([harmless], { problems })).toContain("migrate-remote run --stage prod --wait-lock 10m");
  expect(status([harmless])).not.toContain("--wait-lock");
});

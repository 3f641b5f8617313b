import { expect, test } from "vitest";
import { annotationLines } from "../../../src/output/annotations.js";
import type { Ending } from "../../../src/output/ending.js";
import { summaryOf } from "../../../src/output/summary/summary.js";
import type { CommandResult, RunResult } from "../../../src/workflow/results.js";
import { cellCounts, elementsOf, gfmToHtml, seen } from "../../support/gfm.js";
import { commandsIn } from "../../support/workflow-commands.js";

const room = 1024 * 1024;
const target = {
  stage: "prod",
  function: "f",
  contract: "migrate-remote",
  protected: true,
  region: "eu-west-1",
};
const history = { currentRevisions: ["001"], headRevisions: ["002"], pending: [], problems: [] };
const hostile = "a|b`<img src=x>*\n::error::c";

const ran: RunResult = {
  ...target,
  ...history,
  command: "run",
  dryRun: false,
  runId: "20261120T104512Z-9f3c1a7e",
  outcome: "applied",
  evidence: "report",
  planId: "p".repeat(64),
  planKnown: true,
  planned: ["002"],
  applied: ["002"],
  appliedKnown: true,
  recorded: [],
  removed: [],
  migrations: [{ revision: "002", status: "applied", durationMs: 12, description: hostile }],
  logs: {
    group: "/aws/lambda/f",
    stream: "2026/11/20/[$LATEST]0",
    requestId: "r-1",
    lines: 1,
    late: 0,
    missing: 0,
    ended: true,
  },
  wayBack: {
    kind: "snapshot",
    snapshotId: "s-1",
    moment: "2026-11-20T10:45:12Z",
    restoreCommand: "migrate-remote snapshot restore s-1 --stage prod",
  },
  durationMs: 1234,
};

function ending(result: CommandResult, more: Partial<Ending> = {}): Ending {
  const command =
    "action" in result && result.command === "snapshot" ? `snapshot ${result.action}` : result.command;
  return {
    command,
    stage: "prod",
    result,
    warnings: [],
    links: {},
    given: { words: "", stage: "" },
    exitCode: 0,
    exitMeans: "done",
    durationMs: 2000,
    ...more,
  };
}

function page(end: Ending) {
  const markdown = summaryOf(end, room) ?? "";
  const html = gfmToHtml(markdown);
  const { names, links } = elementsOf(html);
  const ours = "h3 p table thead tbody tr th td code br b a ul li pre details summary".split(" ");
  expect(ours).toEqual(expect.arrayContaining([...names]));
  return { markdown, text: seen(html), links, cells: cellCounts(html) };
}

test("a run: what was applied, where to look, how to go back", () => {
  const links = { function: "https://c/f", logs: "https://c/l", snapshot: "https://c/s" };
  const plan = [
    {
      revision: "002",
      status: "pending" as const,
      sql: "DROP TABLE a; -- ```",
      destructive: [
        {
          rule: "drop-table" as const,
          severity: "loss" as const,
          message: `drops table ${hostile}`,
          line: 1,
        },
      ],
    },
  ];
  const end = ending(ran, { links, plan, warnings: [{ code: "w", message: hostile }] });
  const { text, cells, links: shown } = page(end);
  for (const told of [
    "migrate-remote run: prod",
    "✓ Applied 1 migration to prod in 1.2 s",
    "20261120T104512Z-9f3c1a7e",
    "r-1",
    "/aws/lambda/f",
    "2026/11/20/[$LATEST]0",
    "s-1",
    "all writes since 2026-11-20 10:45:12Z",
    "migrate-remote snapshot restore s-1 --stage prod",
    "destroys data: drops table a|b`<img src=x>* ::error::c (line 1)",
    "DROP TABLE a; -- ```",
  ])
    expect(text).toContain(told);
  expect(shown).toEqual(["https://c/l", "https://c/f", "https://c/s"]);
  expect(new Set(cells)).toEqual(new Set([6, 2]));
});

test("what is too long is left out, the least important first; nothing is written where nothing fits", () => {
  const sql = "SELECT 1;\n".repeat(2_000);
  const end = ending(ran, { plan: [{ revision: "002", status: "pending", sql }] });
  const whole = summaryOf(end, room) ?? "";
  expect(whole).toContain("SELECT 1;");
  const without = summaryOf(end, whole.length - 1) ?? "";
  expect(without).not.toContain("SELECT 1;");
  expect(without).toContain("the rest was left out");
  expect(without).toContain("snapshot restore");
  const short = summaryOf(end, 400) ?? "";
  expect(Buffer.byteLength(short)).toBeLessThanOrEqual(400);
  expect(seen(gfmToHtml(short))).toContain("✓ Applied 1 migration");
  expect(summaryOf(end, 20)).toBeUndefined();
});

test("ten thousand migrations are not listed", () => {
  const migrations = Array.from({ length: 10_000 }, (_, index) => ({
    revision: `r${index}`,
    status: "applied" as const,
    description: "x".repeat(10_000),
  }));
  const { text, markdown } = page(ending({ ...ran, migrations }));
  expect(text).toContain("… and 9800 more migrations");
  expect(markdown.length).toBeLessThan(200_000);
});

test("the other results have their verdict and their table", () => {
  const status = page(
    ending({ ...target, ...history, command: "status", state: "up_to_date", migrations: [] }),
  );
  expect(status.text).toContain("✓ Up to date at 001.");
  const all = page(
    ending({
      command: "status",
      stages: [
        { ...target, ...history, command: "status", state: "up_to_date", migrations: [] },
        { command: "status", stage: "qa", error: { code: "network", message: hostile } },
      ],
    }),
  );
  expect(all.text).toContain("✗ 1 of 2 stages could not be asked.");
  expect(all.cells.slice(0, 3)).toEqual([5, 5, 5]);
  const snapshot = { id: "s-1", kind: "instance" as const, database: "d", status: "available", percent: 100 };
  const taken = page(
    ending({ ...target, command: "snapshot", action: "create", snapshot, durationMs: 5000 }),
  );
  expect(taken.text).toContain("migrate-remote snapshot restore s-1 --stage prod");
  const doctor = page(
    ending({
      command: "doctor",
      checks: [
        { group: "function", code: "function_timeout", level: "failed", message: hostile, fix: "Raise it." },
        { group: "logs", code: "log_retention", level: "ok", message: "30 days" },
      ],
      counts: { ok: 1, warning: 0, failed: 1, unknown: 0, skipped: 0 },
    }),
  );
  expect(doctor.text).toContain("✗ 1 of 2 checks failed: function_timeout.");
  expect(doctor.text).not.toContain("30 days");
  expect(doctor.cells.slice(0, 2)).toEqual([4, 4]);
  const deploy = page(
    ending({
      ...target,
      command: "deploy",
      outcome: "deployed",
      codeSha256: "abc=",
      fileCount: 3,
      bytes: 10,
      zipBytes: 5,
      leftOut: [{ path: hostile, reason: "secret" }],
      durationMs: 1000,
    }),
  );
  expect(deploy.text).toContain("✓ Deployed to prod in 1.0 s.");
});

const linted: CommandResult = {
  command: "lint",
  projects: [
    { engine: "sql", migrations: "migrations", looked: "all", revisions: ["001"], reversible: [], total: 1 },
  ],
  findings: [
    {
      rule: "several-heads",
      level: "error",
      message: hostile,
      fix: "Merge them.",
      file: "migrations/a,b.sql",
      line: 2,
    },
    { rule: "number-gap", level: "warning", message: "m", file: "migrations/003.sql" },
    { rule: "index-name", level: "note", message: "m", file: "migrations/003.sql", line: 1 },
  ],
  silenced: 0,
  strict: false,
  roundTrip: false,
  folder: "apps/api",
};

test("what lint found stands beside its lines, and in the summary", () => {
  const { text, cells } = page(ending(linted));
  expect(text).toContain("✗ 1 migration: 1 error, 1 warning, 1 note");
  expect(cells.slice(0, 4)).toEqual([4, 4, 4, 4]);
  const told = commandsIn(annotationLines(ending(linted)).join("\n"));
  expect(
    told.map(({ name, properties }) => [name, properties.file, properties.line, properties.title]),
  ).toEqual([
    ["error", "apps/api/migrations/a,b.sql", "2", "several-heads"],
    ["warning", "apps/api/migrations/003.sql", undefined, "number-gap"],
    ["notice", "apps/api/migrations/003.sql", "1", "index-name"],
  ]);
  expect(told[0]?.data).toBe(`${hostile}\nMerge them.`);
  const strict = commandsIn(annotationLines(ending({ ...linted, strict: true })).join("\n"));
  expect(strict.map(({ name }) => name)).toEqual(["error", "error", "notice"]);
});

test("of more than GitHub shows the first are told", () => {
  const [finding] = linted.findings;
  if (finding === undefined) throw new Error("there is one");
  const findings = Array.from({ length: 30 }, () => finding);
  expect(annotationLines(ending({ ...linted, findings }))).toHaveLength(10);
});

test.each(["logs", "runs", "init", "local", "completion", "create", undefined])(
  "%s writes no summary",
  (command) => {
    expect(summaryOf({ ...ending(ran), command }, room)).toBeUndefined();
  },
);

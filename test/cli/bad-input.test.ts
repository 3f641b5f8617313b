import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../support/loopback.js";
import { localStage, makeProject, type Project } from "../support/project.js";
import { type CliEnd, runCli } from "../support/run-cli.js";

/** One paragraph for people, a next step, no stack trace. */
function expectTold(end: CliEnd, exitCode: number, ...fragments: (string | RegExp)[]) {
  const text = end.stdout + end.stderr;
  expect(end.exitCode, text).toBe(exitCode);
  for (const fragment of fragments) expect(text).toMatch(fragment);
  expect(text).not.toMatch(/^\s+at .+:\d+:\d+/m);
  expect(text).not.toContain("hunter2");
}

test("a password in a migration is not shown in its plan", async () => {
  const own = await makeProject({
    migrations: {
      "001_a.sql": "CREATE TABLE a (id int);",
      "002_role.sql": "CREATE ROLE reporter LOGIN PASSWORD 'hunter2';",
    },
  });
  try {
    const plans = [
      ["run", "--dry-run"],
      ["run", "--dry-run", "--json"],
      ["run", "--verbose", "--target-revision", "001"],
    ];
    for (const argv of plans) {
      const end = await own.cli(argv);
      expect(end.exitCode).toBe(0);
      expect(end.stdout + end.stderr).not.toContain("hunter2");
    }
  } finally {
    await own.dispose();
  }
});

describe("without a far side", () => {
  let cwd: string;
  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), "migrate-remote-bad-"));
  });
  afterAll(() => rm(cwd, { recursive: true, force: true }));
  const cli = (argv: string[], env: Record<string, string> = {}) => runCli(argv, { cwd, env });
  const withConfig = (text: string) => writeFile(join(cwd, ".migraterc.json"), text);

  test("no configuration", async () => {
    await rm(join(cwd, ".migraterc.json"), { force: true });
    expectTold(await cli(["status"]), 2, /no \.migraterc\.json/i, /--config/);
  });

  test("a broken configuration: every error at once, each with its place", async () => {
    await withConfig('{\n  "projct": "x",\n  "stages": { "dev": { "protcted": true } }\n}');
    expectTold(await cli(["status"]), 2, /2:3/, /project/, /protected/, /contract/);
    const json = await cli(["status", "--json"]);
    expect(json.json()).toMatchObject({ error: { code: "config_invalid" }, exitCode: 2 });
  });

  test("text that is not JSON", async () => {
    await withConfig('{ "project": ');
    expectTold(await cli(["status"]), 2, /cannot be used/);
  });

  test("an unknown stage, with the list", async () => {
    await withConfig('{ "project": "x", "contract": "migrate-remote", "stages": { "dev": {}, "prod": {} } }');
    expectTold(await cli(["status", "--stage", "prd"]), 2, /prd/, /prod/, /dev/);
  });

  test("an unknown flag and an unknown command, with the near one", async () => {
    expectTold(await cli(["status", "--exitcode"]), 2, /--exit-code/);
    expectTold(await cli(["statsu"]), 2, /status/);
    expect((await cli(["status", "--nonsense", "--json"])).json()).toMatchObject({
      error: { code: "usage" },
      exitCode: 2,
    });
  });

  test("an endpoint where nobody listens", async () => {
    const port = await freePort();
    await withConfig(
      JSON.stringify({
        project: "x",
        region: "eu-west-1",
        contract: "migrate-remote",
        stages: { dev: { endpoint: `http://127.0.0.1:${port}` } },
      }),
    );
    const env = { AWS_ACCESS_KEY_ID: "AKIAXXXXXXXXXXXXXXXX", AWS_SECRET_ACCESS_KEY: "hunter2" };
    process.env.AWS_ACCESS_KEY_ID = env.AWS_ACCESS_KEY_ID;
    process.env.AWS_SECRET_ACCESS_KEY = env.AWS_SECRET_ACCESS_KEY;
    try {
      expectTold(await cli(["status"], env), 1, /127\.0\.0\.1/);
      const logs = await cli(["logs"], env);
      expectTold(logs, 1, /127\.0\.0\.1/);
      expect(logs.stderr).not.toContain("request arrived");
    } finally {
      delete process.env.AWS_ACCESS_KEY_ID;
      delete process.env.AWS_SECRET_ACCESS_KEY;
    }
  });

  test("a handler file that is not there", async () => {
    await withConfig(
      JSON.stringify({ project: "x", contract: "migrate-remote", stages: { local: localStage } }),
    );
    expectTold(await cli(["status"]), 2, /handler/);
  });

  test.each<[string, string[], (string | RegExp)[]]>([
    ["skipping without a reason", ["run", "--skip-snapshot"], [/--reason/]],
    ["an empty reason", ["run", "--skip-snapshot", "--reason", " "], [/takes a reason/]],
    ["a reason for nothing", ["fix-history", "--reason", "because"], [/--skip-snapshot/]],
    [
      "two ways at once",
      ["run", "--skip-snapshot", "--reason", "x", "--reuse-snapshot", "1h"],
      [/Leave one of the two out/],
    ],
    ["an age without a unit", ["run", "--reuse-snapshot", "30"], [/--reuse-snapshot/, /30d/]],
    ["no time at all", ["fix-history", "--snapshot-timeout", "0s"], [/--snapshot-timeout/]],
    ["a mistyped subcommand, which makes no snapshot", ["snapshot", "prnue"], [/prune/]],
    ["a subcommand's unknown option", ["snapshot", "list", "--kep"], [/--kep/, /snapshot list --help/]],
    ["a timeout that is none", ["snapshot", "--timeout", "soon"], [/--timeout/, /"soon"/]],
    ["a keep-until that is none", ["snapshot", "create", "--keep", "5"], [/--keep/, /30d/]],
    ["waiting for nothing", ["snapshot", "wait"], [/snapshot-id/]],
    ["a head that is nothing", ["run", "--require-head="], [/--require-head must not be empty\./]],
    ["words without quotes", ["create", "add", "users"], [/Words that belong together stand in quotes/]],
    ["nothing of a list", ["runs", "--limit", "0"], [/--limit must be at least 1\./]],
    ["more than there can be", ["runs", "--stats", "--limit", "1001"], [/--limit must be at most 1000\./]],
    ["half of a run", ["runs", "--limit", "2.5"], [/--limit must be a whole number\./]],
    ["no number", ["runs", "--limit", "all"], [/--limit must be a number\./]],
    ["a far side of another kind", ["init", "--handler", "flyway"], [/--handler .*alembic, prisma, sql/]],
    ["a count that is none", ["snapshot", "prune", "--keep", "30d"], [/--keep/, /--older-than/]],
    ["an empty count", ["snapshot", "prune", "--keep=", "--confirm"], [/--keep/]],
    ["a negative count", ["snapshot", "prune", "--keep=-1"], [/--keep/]],
    ["an age that is none", ["snapshot", "prune", "--older-than", "long"], [/--older-than/]],
    ["nothing to restore", ["snapshot", "restore"], [/--to-time/, /snapshot list/]],
    ["two things to restore", ["snapshot", "restore", "s-1", "--to-time", "2026-01-01T00:00Z"], [/two ways/]],
    ["a moment that is none", ["snapshot", "restore", "--to-time", "10m"], [/--to-time/, /UTC/]],
    ["a moment to come", ["snapshot", "restore", "--to-time", "2999-01-01"], [/future/]],
    ["a name that RDS does not take", ["snapshot", "restore", "s-1", "--as", "a_b"], [/--as/, /63/]],
  ])("%s", async (_, argv, fragments) => {
    await withConfig(
      JSON.stringify({ project: "x", contract: "migrate-remote", stages: { local: localStage } }),
    );
    expectTold(await cli(argv), 2, ...fragments);
    expect((await cli([...argv, "--json"])).json()).toMatchObject({
      command: argv[0],
      error: { code: "usage" },
      exitCode: 2,
    });
  });

  test("a --since that nobody understands", async () => {
    expectTold(await cli(["logs", "--since", "yesterday"]), 2, /--since/, /10m/);
  });
});

describe("with a far side", () => {
  let project: Project;
  const stage = (handler: string, extra: object = {}) => ({
    local: { ...localStage.local, handler, ...extra },
  });
  beforeAll(async () => {
    project = await makeProject({
      migrations: { "001_a.sql": "CREATE TABLE a (id int);" },
      config: {
        stages: {
          local: localStage,
          throws: stage("odd.throws"),
          text: stage("odd.text"),
          nothing: stage("odd.nothing"),
          huge: stage("odd.huge"),
          foreign: stage("odd.foreign"),
          crash: stage("odd.crash"),
          missing: stage("odd.missing"),
          slow: stage("odd.slow", { timeout: 1 }),
          down: stage("handler.handler", { database: "postgresql://app:hunter2@127.0.0.1:9/none" }),
          old: { ...stage("odd.foreign"), contract: "admin-operation" },
          auto: stage("handler.handler", { environment: { AUTO_MIGRATE: "true" } }),
          careful: {
            ...stage("handler.handler", { environment: { AUTO_MIGRATE: "true" } }),
            protected: true,
          },
          prodNoSnapshot: { ...localStage, protected: true, snapshot: { none: "tested elsewhere" } },
        },
        defaultStage: "local",
      },
      files: {
        "odd.mjs": `
export const throws = () => { throw new Error("cannot reach postgresql://app:hunter2@db/app"); };
export const text = async () => "migrated!";
export const nothing = async () => {};
export const huge = async () => "x".repeat(7_000_000);
export const foreign = async (event) => ({ success: true, migrations_applied: [], password: "hunter2", echo: event });
export const crash = () => process.exit(3);
export const slow = () => new Promise(() => setInterval(() => {}, 1000));
`,
      },
    });
  });
  afterAll(() => project.dispose());

  test.each<[string, string[], number, (string | RegExp)[]]>([
    [
      "a handler that throws",
      ["status", "--stage", "throws"],
      1,
      [/function failed/i, /migrate-remote logs --stage throws/],
    ],
    [
      "an answer that is text",
      ["status", "--stage", "text"],
      1,
      [/not as contract migrate-remote says/, /migrated!/],
    ],
    ["an answer of nothing", ["status", "--stage", "nothing"], 1, [/not as contract/]],
    ["an answer over 6 MB", ["status", "--stage", "huge"], 1, [/ResponseSizeTooLarge|exceeded/]],
    ["another contract's answer", ["status", "--stage", "foreign"], 1, [/not as contract/, /`contract`/]],
    ["a crash", ["status", "--stage", "crash"], 1, [/exited/]],
    [
      "a handler that cannot be loaded",
      ["status", "--stage", "missing"],
      1,
      [/HandlerNotFound|not defined|undefined or not exported/],
    ],
    ["a time-out", ["status", "--stage", "slow"], 1, [/time limit/]],
    ["a database that is down", ["status", "--stage", "down"], 1, [/database/i, /127\.0\.0\.1/]],
    ["a wrong revision", ["run", "--target-revision", "009"], 2, [/009/]],
    ["what the contract cannot do", ["fix-history", "--stage", "old"], 2, [/run --stage old --fix-history/]],
    ["AUTO_MIGRATE on a protected stage", ["status", "--stage", "careful"], 5, [/AUTO_MIGRATE/]],
    ["waiting for a snapshot that is not there", ["snapshot", "wait", "s-1"], 2, [/no snapshot s-1/]],
    ["restoring one that is not there", ["snapshot", "restore", "s-1"], 2, [/snapshot list --stage local/]],
    [
      "a moment where nothing is kept",
      ["snapshot", "restore", "--to-time", "2026-01-01T00:00Z"],
      1,
      [/Point-in-time recovery is off/, /snapshot list/],
    ],
    ["no consent and no terminal", ["run", "--stage", "prodNoSnapshot"], 5, [/--confirm/]],
    ["a wrong phrase", ["run", "--stage", "prodNoSnapshot", "--confirm=yes"], 5, [/migrate-production/]],
  ])("%s", async (_, argv, exitCode, fragments) => {
    expectTold(await project.cli(argv), exitCode, ...fragments);
    const json = await project.cli([...argv, "--json"]);
    expect(json.exitCode).toBe(exitCode);
    expect(json.json()).toMatchObject({
      exitCode,
      error: { code: expect.any(String), message: expect.any(String) },
    });
  });

  test("what a handler threw is one line in its logs, without its stack", async () => {
    await project.cli(["status", "--stage", "throws"]);
    const { stdout } = await project.cli(["logs", "--stage", "throws"]);
    expect(stdout).toMatch(/Error: cannot reach postgresql:\/\/app:\*\*\*@db\/app$/m);
    expect(stdout).not.toContain("errorType");
  });

  test("AUTO_MIGRATE elsewhere is a warning", async () => {
    const end = await project.cli(["status", "--stage", "auto", "--quiet"]);
    expect(end.exitCode).toBe(0);
    expect(end.stderr).toContain("AUTO_MIGRATE");
  });

  test("a run whose handler crashes is not called applied", async () => {
    const end = await project.cli(["run", "--stage", "crash", "--json"]);
    expect(end.exitCode).toBe(1);
    expect(end.json().outcome).toBe("not_started");
  });

  test("one stage out of reach does not hide the others", async () => {
    const end = await project.cli(["status", "--all", "--json"]);
    expect(end.exitCode).toBe(1);
    const stages: { stage: string; state?: string; error?: unknown }[] = end.json().stages;
    expect(stages.find(({ stage: name }) => name === "local")?.state).toBe("empty");
    expect(stages.find(({ stage: name }) => name === "down")?.error).toBeDefined();
    const text = (await project.cli(["status", "--all"])).stdout;
    expect(text).toMatch(/STAGE\s+STATE\s+CURRENT\s+PENDING\s+HEAD/);
    expect(text).not.toContain("hunter2");
  });

  test("--verbose shows where an error came from, still without secrets", async () => {
    const end = await project.cli(["status", "--stage", "prd", "--verbose"]);
    expect(end.stderr).toMatch(/^\s+at .+:\d+:\d+/m);
  });
});

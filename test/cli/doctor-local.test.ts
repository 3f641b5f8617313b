import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { clientSettings } from "../../src/remote/clients.js";
import { openRemote } from "../../src/remote/open.js";
import type { Check } from "../../src/workflow/results/doctor.js";
import { amendedAws } from "../support/amended-aws.js";
import { holdOpen, localStage, makeProject, type Project } from "../support/project.js";
import { hasPython } from "../support/python.js";
import { type CliEnd, runCli } from "../support/run-cli.js";

const found = (end: CliEnd, code: string): Check | undefined =>
  end.json().checks.find((one: Check) => one.code === code);

/** A handler that leaves a line in a file whenever it is called, whatever it is sent. */
const witness = `import { appendFileSync } from "node:fs";
export const handler = async (event) => {
  appendFileSync(new URL("./called.txt", import.meta.url), JSON.stringify(event) + "\\n");
  return { success: true };
};`;

describe("a local stage", () => {
  let project: Project;
  const local = (more: object) => ({ local: { ...localStage.local, ...more } });
  beforeAll(async () => {
    project = await makeProject({
      migrations: { "001_a.sql": "CREATE TABLE a (id int);" },
      config: {
        stages: {
          local: localStage,
          gone: local({ handler: "nowhere.handler" }),
          nameless: local({ handler: "handler" }),
          broken: local({ handler: "broken.handler" }),
          switched: local({ environment: { AUTO_MIGRATE: "true" } }),
          elsewhere: local({ database: "postgresql://nobody:hunter2hunter2@127.0.0.1:1/shop" }),
          silent: { ...local({ handler: "witness.handler" }), contract: "empty-event" },
          pythonic: { ...local({ handler: "pythonic.handler" }), contract: "empty-event" },
          mistaken: local({ handler: "mistaken.handler" }),
        },
      },
      files: {
        "broken.mjs": 'import "./not-there.mjs";\nexport const handler = () => {};',
        "witness.mjs": witness,
        "pythonic.py": "def handler(event, context):\n    return {}\n",
        "mistaken.mjs": "export const handler = async () => ({ statusCode: 200, body: 'done' });",
      },
    });
  });
  afterAll(() => project.dispose());
  const doctor = (stage: string) => project.cli(["doctor", "--stage", stage, "--json"]);

  test("that is well: what it stands on, its database and its handler, and nothing of AWS", async () => {
    const end = await doctor("local");
    expect(end.exitCode, end.stdout + end.stderr).toBe(0);
    const { checks, counts } = end.json();
    expect({ failed: counts.failed, unknown: counts.unknown, skipped: counts.skipped }).toEqual({
      failed: 0,
      unknown: 0,
      skipped: 0,
    });
    expect(checks.map(({ code }: Check) => code)).toEqual([
      "node_version",
      "config",
      "stage",
      "handler_file",
      "postgres_binaries",
      "data_version",
      "keeper",
      "disk_room",
      "database_reachable",
      "database_state",
      "contract_answer",
      "handler_version",
      "handler_operations",
    ]);
    expect(found(end, "database_state")?.message).toContain("1 migration pending");
    expect(found(end, "keeper")?.message).toMatch(/A keeper runs \(pid \d+\)/);
    expect(await project.query("SELECT to_regclass('public.a') AS a")).toEqual([{ a: null }]);
  });

  test.each<[string, string, string, Check["level"], RegExp]>([
    ["a handler without a file", "gone", "handler_file", "failed", /has no file/],
    ["a handler that names no export", "nameless", "handler_file", "failed", /does not name an export/],
    ["a handler that does not load", "broken", "contract_answer", "failed", /not-there\.mjs/],
    [
      "a handler of another contract",
      "mistaken",
      "contract_answer",
      "failed",
      /not as contract migrate-remote says/,
    ],
    ["AUTO_MIGRATE", "switched", "database_reachable", "unknown", /AUTO_MIGRATE/],
    ["a server that is not there", "elsewhere", "database_reachable", "failed", /127\.0\.0\.1/],
  ])("%s", async (_, stage, code, level, says) => {
    const end = await doctor(stage);
    const check = found(end, code);
    expect(check, end.stdout + end.stderr).toMatchObject({ level, message: expect.stringMatching(says) });
    if (level !== "ok") expect(check?.fix ?? "see").toBeTruthy();
    expect(end.exitCode).toBe(level === "failed" ? 1 : 0);
    expect(end.stdout + end.stderr).not.toContain("hunter2");
  });

  test.skipIf(!hasPython("alembic"))("a handler in Python: which one, and with which Alembic", async () => {
    const end = await doctor("pythonic");
    expect(found(end, "python")).toMatchObject({
      level: "ok",
      message: expect.stringMatching(/^Python 3\.\d+\.\d+/),
    });
    expect(found(end, "alembic")).toMatchObject({
      level: "ok",
      message: expect.stringMatching(/^Alembic \d+\.\d+/),
    });
    expect(end.exitCode).toBe(0);
  });

  test("a handler in Python, and none on PATH", async () => {
    const { PATH } = process.env;
    process.env.PATH = project.cwd;
    onTestFinished(() => {
      process.env.PATH = PATH;
    });
    const end = await doctor("pythonic");
    expect(found(end, "python")).toMatchObject({
      level: "failed",
      fix: expect.stringContaining("virtual environment"),
    });
    expect(found(end, "remaining_checks")).toMatchObject({ level: "skipped" });
    expect(end.exitCode).toBe(1);
  });

  test("what a missing file ends is left out in one line", async () => {
    const end = await project.cli(["doctor", "--stage", "gone"]);
    expect(end.stdout).toContain("○ All further checks were left out: the stage cannot be opened like this.");
    expect(end.stdout).toMatch(
      /✗ The handler nowhere\.handler has no file.*\n(.*\n)*? {4}→ Set the stage's local\.handler/,
    );
  });

  test("data of another PostgreSQL is told before it is opened", async () => {
    const other = await mkdtemp(join(tmpdir(), "migrate-remote-doctor-"));
    onTestFinished(() => rm(other, { recursive: true, force: true }));
    const config = { contract: "migrate-remote", stages: { local: localStage } };

    await mkdir(join(other, ".migrate-remote", "postgres", "cluster"), { recursive: true });
    await writeFile(join(other, ".migrate-remote", "postgres", "cluster", "PG_VERSION"), "15\n");
    await writeFile(join(other, "handler.mjs"), "");
    await writeFile(join(other, ".migraterc.json"), JSON.stringify(config));
    const end = await runCli(["doctor", "--json"], { cwd: other });
    expect(found(end, "data_version")).toMatchObject({
      level: "failed",
      message: expect.stringContaining("PostgreSQL 15"),
    });
    expect(end.exitCode).toBe(1);
  });

  test("a contract without a read: nothing is sent", async () => {
    const end = await doctor("silent");
    expect(found(end, "database_reachable")).toMatchObject({
      level: "unknown",
      message: "Nothing was sent: contract empty-event has no read, and any event may migrate.",
      fix: expect.stringContaining("contract migrate-remote"),
    });
    expect(end.exitCode).toBe(0);
    // Its status would exit 2.
    expect(end.json().next).toBe("migrate-remote run --stage silent");
    await expect(readCalls(project)).rejects.toThrow("ENOENT");
  });

  test("the question for the right to invoke executes nothing; an invocation does", async () => {
    const session = await holdOpen(project.cwd, "silent");
    onTestFinished(session.close);
    const { endpoint, region, credentials, functionName } = session;
    const mayInvoke = async (address: string, env = {}) => {
      const settings = clientSettings({ endpoint: address, region, credentials }, env);
      const remote = openRemote({ functionName, endpoint: address, region }, () => settings);
      onTestFinished(remote.close);
      return remote.inspection.mayInvoke();
    };
    // To a host that is not AWS's own not even that is sent.
    expect(await mayInvoke(endpoint)).toMatchObject({
      known: false,
      message: expect.stringContaining("not AWS's own"),
      hint: expect.not.stringContaining("--verbose"),
    });
    // What runs functions as Lambda does, under a name of AWS.
    const aws = await amendedAws(endpoint);
    onTestFinished(aws.close);
    expect(await mayInvoke(aws.ownName, { HTTP_PROXY: aws.url })).toEqual({ known: true, value: true });
    expect(aws.seen).toEqual([{ operation: "lambda:InvokeFunction", invocationType: "DryRun", body: "" }]);
    await expect(readCalls(project)).rejects.toThrow("ENOENT");
    const lambda = new LambdaClient({ endpoint, region, credentials });
    onTestFinished(() => lambda.destroy());
    await lambda.send(new InvokeCommand({ FunctionName: functionName }));
    expect(await readCalls(project)).toHaveLength(1);
  });
});

async function readCalls({ cwd }: Project): Promise<string[]> {
  return (await readFile(join(cwd, "called.txt"), "utf8")).trim().split("\n");
}

describe("a configuration that is broken", () => {
  let cwd: string;
  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), "migrate-remote-doctor-"));
    await writeFile(
      join(cwd, "invalid.json"),
      '{ "contract": "guess", "stages": { "dev": { "regoin": "eu-west-1" } } }',
    );
    const stages = { dev: { local: { handler: "h.handler" } }, qa: { local: { handler: "h.handler" } } };
    await writeFile(join(cwd, "two.json"), JSON.stringify({ contract: "migrate-remote", stages }));
    await writeFile(
      join(cwd, "unnamed.json"),
      JSON.stringify({ contract: "migrate-remote", stages: { dev: {} } }),
    );
  });
  afterAll(() => rm(cwd, { recursive: true, force: true }));

  test.each<[string, string[], string, RegExp, RegExp]>([
    ["none at all", [], "config", /There is no \.migraterc\.json/, /migrate-remote init/],
    [
      "a file that is not there",
      ["--config", "gone.json"],
      "config",
      /^[^:]*gone\.json does not exist\.$/,
      /--config/,
    ],
    ["a folder", ["--config", "."], "config", /^[^:]* is not a file\.$/, /--config/],
    ["keys that nobody knows", ["--config", "invalid.json"], "config", /regoin/, /schema/],
    [
      "a stage that is not there",
      ["--config", "two.json", "--stage", "prod"],
      "stage",
      /no stage `prod`/,
      /dev, qa/,
    ],
    ["two stages and none said", ["--config", "two.json"], "stage", /several/, /--stage dev/],
    ["a function without a name", ["--config", "unnamed.json"], "stage", /project/, /project/],
  ])("%s", async (_, argv, code, says, fix) => {
    const end = await runCli(["doctor", "--json", ...argv], { cwd });
    expect(found(end, code), end.stdout).toMatchObject({
      level: "failed",
      message: expect.stringMatching(says),
      fix: expect.stringMatching(fix),
    });
    expect(found(end, "remaining_checks")).toMatchObject({ level: "skipped" });
    expect(end.exitCode).toBe(1);
  });
});

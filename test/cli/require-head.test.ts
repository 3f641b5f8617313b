import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { localStage, makeProject, type Project } from "../support/project.js";
import { dist } from "../support/run-cli.js";

const deployed = {
  "001_people.sql": "CREATE TABLE people (name text);",
  "002_pets.sql": "CREATE TABLE pets ();",
};

// The function has what was deployed, the repository one migration more: what a forgotten deployment looks like.
describe("a function whose code is behind the repository", () => {
  let elsewhere: string;
  let project: Project;
  beforeAll(async () => {
    elsewhere = await mkdtemp(join(tmpdir(), "migrate-remote-deployed-"));
    for (const [name, text] of Object.entries(deployed)) await writeFile(join(elsewhere, name), text);
    const handler = `import { createHandler, sql } from ${JSON.stringify(pathToFileURL(join(dist, "handler.js")).href)};
export const handler = createHandler({
  engine: sql({ directory: ${JSON.stringify(elsewhere)} }),
  database: () => process.env.DATABASE_URL,
});
`;
    project = await makeProject({
      migrations: { ...deployed, "003_new.sql": "CREATE TABLE new ();" },
      config: { stages: { live: { ...localStage, protected: true } } },
      files: { "handler.mjs": handler },
    });
  });
  afterAll(async () => {
    await project.dispose();
    await rm(elsewhere, { recursive: true, force: true });
  });

  const run = (...argv: string[]) => project.cli(["run", ...argv, "--json"]);

  test.each<[string, string[]]>([
    ["the repository's head", ["--require-head"]],
    ["the one that is named", ["--require-head", "003"]],
    ["in a dry-run too", ["--require-head", "--dry-run"]],
    ["before a run is handed over", ["--require-head", "--detach"]],
  ])("is refused: %s; no consent is asked for, and nothing is snapshotted or executed", async (_, argv) => {
    const end = await run(...argv);
    expect(end.json(), end.stderr).toMatchObject({
      error: { code: "stale_code", deployedHeads: ["002_pets"] },
      exitCode: 5,
    });
    expect(end.json().error.message).toContain("its head is 002_pets");
    // A local stage has no deployment: what it runs are files.
    expect(end.json().error.hint).toContain("bring handler handler.handler up to date");
    expect((await project.cli(["snapshot", "list", "--json"])).json().snapshots).toEqual([]);
    expect(await project.query("SELECT to_regclass('people') AS people")).toEqual([{ people: null }]);
  });

  test("one that neither it nor the repository has is no old code but a mistake, told before consent", async () => {
    const end = await run("--require-head", "003_nwe");
    expect(end.json(), end.stderr).toMatchObject({
      error: { code: "unknown_revision", hint: "Did you mean 003_new?" },
      exitCode: 2,
    });
  });

  test("a plan that was made from it is refused as well", async () => {
    const made = await run("--dry-run", "--out", "plan.json");
    expect(made.exitCode, made.stderr).toBe(0);
    expect((await run("--plan", "plan.json", "--require-head", "--confirm")).exitCode).toBe(5);
  });

  test("what it has, it may be asked for, also abbreviated; once applied, what is missing is missed still", async () => {
    const end = await run("--require-head", "002", "--confirm");
    expect(end.json(), end.stderr).toMatchObject({ outcome: "applied", exitCode: 0 });
    expect((await run("--require-head=pets")).json()).toMatchObject({
      outcome: "nothing_to_do",
      exitCode: 0,
    });
    expect((await run()).json()).toMatchObject({ outcome: "nothing_to_do", exitCode: 0 });
    expect((await run("--require-head")).json()).toMatchObject({
      error: { code: "stale_code" },
      exitCode: 5,
    });
  });
});

describe("a repository", () => {
  let project: Project;
  beforeAll(async () => {
    project = await makeProject({ migrations: deployed });
  });
  afterAll(() => project.dispose());

  test("whose head the function has lets the run go on", async () => {
    const end = await project.cli(["run", "--require-head", "--json"]);
    expect(end.json(), end.stderr).toMatchObject({ outcome: "applied", exitCode: 0 });
  });

  test("with two sets of migrations does not say which is meant", async () => {
    await project.write({ "billing/migrations/001_bills.sql": "SELECT 1;" });
    const end = await project.cli(["run", "--require-head", "--json"]);
    expect(end.json()).toMatchObject({ error: { code: "usage" }, exitCode: 2 });
    expect(end.json().error.message).toMatch(
      /2 sets of migrations: sql in migrations, at 002_pets; sql in billing/,
    );
    expect(end.json().error.hint).toContain("--require-head REV");
    expect((await project.cli(["run", "--require-head", "002_pets", "--json"])).exitCode).toBe(0);
  });
});

describe("a contract that cannot tell the head", () => {
  test("is exit 2 before anything is sent where there is no read at all", async () => {
    const project = await makeProject({ migrations: deployed, config: { contract: "empty-event" } });
    try {
      const end = await project.cli(["run", "--require-head", "--json"]);
      expect(end.json()).toMatchObject({ error: { code: "unsupported_operation" }, exitCode: 2 });
      expect(end.json().error.message).toContain("Contract empty-event cannot do --require-head");
      expect(await project.query("SELECT to_regclass('people') AS people")).toEqual([{ people: null }]);
    } finally {
      await project.dispose();
    }
  });
});

import { afterAll, beforeAll, expect, test } from "vitest";
import { localStage, makeProject, type Project } from "../support/project.js";

let project: Project;
beforeAll(async () => {
  const guarded = { ...localStage, protected: true, snapshot: { none: "a test" } };
  project = await makeProject({
    migrations: { "001_a.sql": "CREATE TABLE a (id int);", "002_b.sql": "DROP TABLE a;" },
    config: { stages: { live: guarded, named: { ...guarded, confirmPhrase: "ship it" } } },
  });
});
afterAll(() => project.dispose());

test("on a terminal the plan with its SQL is shown, and the wrong phrase changes nothing", async () => {
  const end = await project.cli(["run", "--stage", "live", "--allow-destructive"], {
    terminal: { typed: "yes\n" },
  });
  expect(end.exitCode).toBe(5);
  expect(end.stderr).toContain("CREATE TABLE a (id int);");
  expect(end.stderr).toContain("destroys data: drops table a (line 1)");
  expect(end.stderr).toContain("migrate-production");
  expect(await project.query("SELECT 1 FROM pg_tables WHERE schemaname = 'public'")).toEqual([]);
});

test("Ctrl-C at the question is an interruption, not a crash", async () => {
  const end = await project.cli(["run", "--stage", "live", "--allow-destructive"], {
    terminal: { typed: "\u0003" },
  });
  expect(end.exitCode).toBe(130);
  expect(end.stderr).toContain("Interrupted. Nothing was changed.");
});

test("in CI there is nobody to ask, whatever the streams look like", async () => {
  const end = await project.cli(["run", "--stage", "live"], { terminal: { typed: "" }, env: { CI: "true" } });
  expect(end.exitCode).toBe(5);
});

test("a pipeline that lacks both words is told both at once, and --allow-destructive where it is needed alone", async () => {
  const hint = async (...argv: string[]) =>
    (await project.cli(["run", "--stage", "live", "--json", ...argv])).json().error.hint;
  expect(await hint()).toMatch(/--confirm .*--allow-destructive as well/);
  expect(await hint("--allow-destructive")).not.toContain("as well");
  expect(await hint("--target-revision", "001")).not.toContain("--allow-destructive");
});

test("the phrase typed is consent", async () => {
  const end = await project.cli(["run", "--stage", "live", "--target-revision", "001"], {
    terminal: { typed: "migrate-production\n" },
  });
  expect(end.exitCode, end.stderr + end.stdout).toBe(0);
  expect(await project.query("SELECT version FROM schema_migrations")).toEqual([{ version: "001_a" }]);
});

test("what destroys data wants --allow-destructive as well, whoever consents", async () => {
  const end = await project.cli(["run", "--stage", "live", "--confirm", "--json"]);
  expect(end.exitCode).toBe(5);
  expect(end.json().error.message).toContain("002_b");
  expect(end.json().error.hint).toContain("--allow-destructive");
  expect(end.json()).toMatchObject({ stage: "live", function: expect.any(String) });
  expect(end.json().error.destructive).toContainEqual(
    expect.objectContaining({ revision: expect.any(String), rule: "drop-table", line: 1 }),
  );
  expect(await project.query("SELECT version FROM schema_migrations")).toEqual([{ version: "001_a" }]);
});

test("--confirm carries the stage's own phrase, or none", async () => {
  expect((await project.cli(["run", "--stage", "named", "--confirm=migrate-production"])).exitCode).toBe(5);
  expect(
    (await project.cli(["run", "--stage", "named", "--confirm=ship it", "--allow-destructive"])).exitCode,
  ).toBe(0);
  expect((await project.cli(["run", "--stage", "live", "--confirm", "--allow-destructive"])).exitCode).toBe(
    0,
  );
});

test("a dry-run and a status need no consent", async () => {
  expect((await project.cli(["run", "--stage", "live", "--dry-run"])).exitCode).toBe(0);
  expect((await project.cli(["status", "--stage", "live"])).exitCode).toBe(0);
});

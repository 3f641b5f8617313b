import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeProject, type Project } from "../support/project.js";
import { runCli } from "../support/run-cli.js";

let project: Project;
let empty: string;

beforeAll(async () => {
  project = await makeProject({ migrations: { "001_users.sql": "CREATE TABLE users (id int);" } });
  await project.write({ "my ci.json": await readFile(join(project.cwd, ".migraterc.json"), "utf8") });
  empty = await mkdtemp(join(tmpdir(), "migrate-remote-test-"));
});

afterAll(async () => {
  await project?.dispose();
  if (empty !== undefined) await rm(empty, { recursive: true, force: true });
});

test("the next command asks with the same configuration, and can be copied", async () => {
  const status = await project.cli(["status", "--config", "my ci.json"]);
  expect(status.stdout).toContain("migrate-remote run --config 'my ci.json' --stage local");
  const doctor = await project.cli(["doctor", "--config", "my ci.json"]);
  expect(doctor.stdout).toContain("migrate-remote status --config 'my ci.json' --stage local");
});

test("so does the hint of an error, on stderr and in JSON", async () => {
  const argv = ["runs", "20261120T104512Z-9f3c1a7e", "--config", "my ci.json"];
  const expected = "migrate-remote runs --config 'my ci.json' --stage local";
  expect((await project.cli(argv)).stderr).toContain(expected);
  expect((await project.cli([...argv, "--json"])).json().error.hint).toContain(expected);
});

test("and the job's summary", async () => {
  const file = join(empty, "summary.md");
  const env = { CI: "true", GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: file };
  const end = await project.cli(["snapshot", "--config", "my ci.json"], { env });
  const id = /(\S*local-2\S*)/.exec(end.stdout)?.[1];
  expect(id).toBeDefined();
  expect(await readFile(file, "utf8")).toContain(
    `migrate-remote snapshot restore --config 'my ci.json' ${id} --stage local`,
  );
});

test("region and profile are kept too; what the environment says stays there", async () => {
  await writeFile(join(empty, ".migraterc.json"), "{}");
  const end = await runCli(["doctor", "--region", "eu west", "--profile", "ops", "--stage", "dev"], {
    cwd: empty,
    env: { AWS_PROFILE: "from-the-shell" },
  });
  expect(end.stdout).toMatch(/migrate-remote doctor --profile ops --region 'eu west' --stage dev$/m);
  expect(end.stdout + end.stderr).not.toContain("--profile from-the-shell");
});

test("where nothing was given nothing is added", async () => {
  const { stdout } = await project.cli(["status"]);
  expect(stdout).toContain("migrate-remote run --stage local");
});

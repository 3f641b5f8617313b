import { execFile } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { githubWorkflows } from "../../src/scaffold/github-actions.js";
import { localStage, makeProject, type Project } from "../support/project.js";

const bin = fileURLToPath(new URL("../../bin/migrate-remote.js", import.meta.url));
const stage = {
  name: "prod",
  protected: true,
  region: "eu-west-1",
  confirmPhrase: "migrate-production",
  plan: "file",
  snapshots: true,
  tellsHead: true,
} as const;

let project: Project;
let runner: string;
beforeAll(async () => {
  project = await makeProject({
    migrations: { "001_a.sql": "CREATE TABLE a (id int);" },
    config: { stages: { prod: localStage } },
  });
  runner = await mkdtemp(join(tmpdir(), "migrate-remote-runner-"));
  // The registry's part: what `npx` would install is what was built here.
  await writeFile(join(runner, "npx"), `#!/bin/sh\nshift 2\nexec "${process.execPath}" "${bin}" "$@"\n`);
  await chmod(join(runner, "npx"), 0o755);
});
afterAll(async () => {
  await project.dispose();
  await rm(runner, { recursive: true, force: true });
});

/** The job's scripts in its order, up to the first that fails, as a runner of GitHub carries them out. */
async function job(
  inputs: Record<string, string>,
): Promise<{ exitCode: number; said: string; summary: string }> {
  const { files } = githubWorkflows({ version: "0.1.0", folder: "", stages: [stage], hasMigrations: false });
  const summary = join(runner, "summary.md");
  await writeFile(summary, "");
  const env = {
    PATH: `${runner}:${process.env.PATH}`,
    HOME: runner,
    CI: "true",
    GITHUB_ACTIONS: "true",
    GITHUB_STEP_SUMMARY: summary,
    GITHUB_ACTOR: "ann",
    GITHUB_TRIGGERING_ACTOR: "ann",
    GITHUB_SHA: "c0ffee",
    RUNNER_TEMP: runner,
    STAGE: "prod",
    REASON: "the release of today",
    REUSE_SNAPSHOT: "",
    ALLOW_DESTRUCTIVE: "false",
    ...inputs,
  };
  let said = "";
  for (const { run } of parse(files[0]?.content ?? "").jobs.migrate.steps) {
    if (run === undefined) continue;
    const end = await new Promise<{ code: number; text: string }>((resolve) => {
      const argv = ["--noprofile", "--norc", "-eo", "pipefail", "-c", run];
      execFile("bash", argv, { cwd: project.cwd, env }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), text: stdout + stderr }),
      );
    });
    said += end.text;
    if (end.code !== 0) return { exitCode: end.code, said, summary: await readFile(summary, "utf8") };
  }
  return { exitCode: 0, said, summary: await readFile(summary, "utf8") };
}

const tables = () => project.query("SELECT 1 FROM pg_tables WHERE tablename = 'a'");

test("a wrong phrase ends the job as refused, and nothing is applied", async () => {
  for (const PHRASE of ["", "migrate-produktion"]) {
    const end = await job({ PHRASE });
    expect(end.exitCode, end.said).toBe(5);
  }
  expect(await tables()).toEqual([]);
}, 120_000);

test("with the phrase the plan is made and applied behind a snapshot, and the summary is the record", async () => {
  const end = await job({ PHRASE: "migrate-production" });
  expect(end.exitCode, end.said).toBe(0);
  expect(await tables()).toHaveLength(1);
  for (const part of ["ann", "c0ffee", "the release of today", "001&#95;a", "migrate-remote-prod-"])
    expect(end.summary).toContain(part);
  expect(end.summary).toMatch(/\d{8}T\d{6}Z-[0-9a-f]{8}/);
  const again = await job({ PHRASE: "migrate-production" });
  expect(again.exitCode, again.said).toBe(0);
}, 120_000);

test("a migration that fails fails the job", async () => {
  await project.write({ "migrations/002_b.sql": "SELECT no_such_function();" });
  const end = await job({ PHRASE: "migrate-production" });
  expect(end.exitCode, end.said).toBe(4);
  expect(end.summary).toContain("002&#95;b");
}, 120_000);

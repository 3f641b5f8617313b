import { execFile, spawn } from "node:child_process";
import { existsSync, openSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeProject, type Project } from "../support/project.js";

const bin = fileURLToPath(new URL("../../bin/migrate-remote.js", import.meta.url));
const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));

interface End {
  code: number | null;
  stdout: string;
  stderr: string;
}

function start(argv: string[], cwd: string): Promise<End> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [bin, ...argv],
      { cwd, env: { PATH: process.env.PATH } },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      },
    );
  });
}

let project: Project;
beforeAll(async () => {
  project = await makeProject({ migrations: { "001_a.sql": "CREATE TABLE a (id int);" } });
});
afterAll(() => project.dispose());

test("--version and --help", async () => {
  expect(await start(["--version"], "/")).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  const help = await start(["run", "--help"], "/");
  expect(help.code).toBe(0);
  for (const flag of ["--stage", "--dry-run", "--confirm", "--target-revision", "--json"])
    expect(help.stdout).toContain(flag);
  expect((await start([], "/")).code).toBe(2);
});

test("the built program runs the main job, and no warning reaches the terminal", async () => {
  const first = await start(["run", "--json", "--quiet"], project.cwd);
  expect(first).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(first.stdout)).toMatchObject({ outcome: "applied", applied: ["001_a"] });
  const status = await start(["status"], project.cwd);
  expect(status.stdout).toContain("Up to date at 001_a");
});

test.skipIf(!existsSync("/dev/full")).each(["status", "--version", "--help"])(
  "what %s prints and cannot be written is an error",
  async (word) => {
    const full = openSync("/dev/full", "w");
    const child = spawn(process.execPath, [bin, word], {
      cwd: project.cwd,
      env: { PATH: process.env.PATH },
      stdio: ["ignore", full, "pipe"],
    });
    const errors: string[] = [];
    child.stderr?.on("data", (chunk) => errors.push(String(chunk)));
    expect(await new Promise((resolve) => child.once("close", resolve))).toBe(1);
    expect(errors.join("")).toContain("the result could not be written: ENOSPC");
  },
);

test.each(["stdout", "stderr"] as const)(
  "whoever reads %s may leave: the run goes on, and ends with its own exit code",
  async (name) => {
    const failing = await makeProject({
      migrations: { "001_a.sql": "CREATE TABLE a (id int);", "002_b.sql": "SELECT nothing;" },
    });
    try {
      const child = spawn(process.execPath, [bin, "run"], {
        cwd: failing.cwd,
        env: { PATH: process.env.PATH },
      });
      child[name].destroy();
      child[name === "stdout" ? "stderr" : "stdout"].resume();
      expect(await new Promise((resolve) => child.once("exit", resolve))).toBe(4);
      expect(await failing.query("SELECT version FROM schema_migrations")).toEqual([{ version: "001_a" }]);
    } finally {
      await failing.dispose();
    }
  },
);

test("a reader that leaves early (| head) ends it quietly", async () => {
  await start(["status"], project.cwd);
  const child = spawn(process.execPath, [bin, "logs", "--since", "1h"], {
    cwd: project.cwd,
    env: { PATH: process.env.PATH },
  });
  child.stdout.destroy();
  const errors: string[] = [];
  child.stderr.on("data", (chunk) => errors.push(String(chunk)));
  const code = await new Promise((resolve) => child.once("exit", resolve));
  expect(code).toBe(0);
  expect(errors.join("")).not.toMatch(/EPIPE|Error/);
});

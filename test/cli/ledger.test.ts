import { spawn } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { localStage, makeProject, type Project, type ProjectParts } from "../support/project.js";
import type { SignalSource } from "../support/run-cli.js";

const bin = fileURLToPath(new URL("../../bin/migrate-remote.js", import.meta.url));

let project: Project;
const open = async (parts: ProjectParts) => {
  project = await makeProject(parts);
  return project;
};
afterEach(() => project.dispose());

const gated = {
  "001_gate.sql":
    "CREATE TABLE counted (id int); SELECT pg_advisory_xact_lock(4711); INSERT INTO counted VALUES (1);",
  "002_more.sql": "INSERT INTO counted VALUES (2);",
};

async function closedGate() {
  const gate = await project.connect();
  await gate.query("SELECT pg_advisory_lock(4711)");
  return { open: () => gate.query("SELECT pg_advisory_unlock(4711)") };
}

/** The run has come to the gate, inside its first migration. */
function atTheGate() {
  const waiting = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
  return expect.poll(() => project.query(waiting), { timeout: 60_000 }).toHaveLength(1);
}

test("the ledger tells who ran what, when, and how it ended", async () => {
  await open({
    migrations: { "001_a.sql": "CREATE TABLE a (id int);", "002_b.sql": "CREATE TABLE b (id int;" },
  });
  expect((await project.cli(["runs"])).stdout).toContain("No run is in the ledger yet");
  const run = (await project.cli(["run", "--json"])).json();
  const list = (await project.cli(["runs", "--json"])).json();
  expect(list.runs).toMatchObject([
    {
      runId: run.runId,
      state: "failed",
      operation: "run",
      part: 1,
      requestedBy: "tester@here",
      engine: "sql",
      applied: ["001_a"],
      fromRevisions: [],
      toRevisions: ["001_a"],
      plan: { id: run.planId, revisions: ["001_a", "002_b"] },
      error: { code: "migration_failed", revision: "002_b", sqlstate: "42601" },
    },
  ]);
  const counted = await project.cli(["runs", "--stats", "--json"]);
  expect(counted.json().stats).toMatchObject({
    runs: 1,
    complete: true,
    outcomes: { failed: 1, succeeded: 0 },
    successRate: 0,
    durations: { runs: 1, longestRunId: run.runId },
    lastFailure: { runId: run.runId, state: "failed", code: "migration_failed" },
  });
  expect((await project.cli(["runs", "--stats"])).stdout).toContain("0 of 1 run succeeded");
  expect((await project.cli(["runs", run.runId, "--stats"])).exitCode).toBe(2);
  const shown = await project.cli(["runs", run.runId]);
  expect(shown.exitCode).toBe(0);
  expect(shown.stdout).toContain("tester@here");
  expect((await project.cli(["runs", "20200101T000000Z-00000000"])).exitCode).toBe(2);
});

test("a run that was handed to Lambda is rejoined, and attach ends with its exit code", async () => {
  await open({ migrations: gated });
  const gate = await closedGate();
  const detached = (await project.cli(["run", "--detach", "--json"])).json();
  expect(detached).toMatchObject({ outcome: "detached", exitCode: 0 });
  await atTheGate();
  const attached = project.cli(["attach", detached.runId, "--json"]);
  const running = (await project.cli(["runs", detached.runId, "--json"])).json().runs[0];
  expect(running).toMatchObject({ state: "running", pid: expect.any(Number) });
  await gate.open();
  expect((await attached).json()).toMatchObject({
    runId: detached.runId,
    outcome: "applied",
    applied: ["001_gate", "002_more"],
    exitCode: 0,
  });
  expect(await project.query("SELECT id FROM counted ORDER BY id")).toEqual([{ id: 1 }, { id: 2 }]);
  // Attached once more, it tells the same from the ledger.
  expect((await project.cli(["attach", detached.runId, "--json"])).json().outcome).toBe("applied");
  const noted = join(project.cwd, ".state", "migrate-remote", "runs", `${detached.runId}.json`);
  expect(JSON.parse(await readFile(noted, "utf8"))).toMatchObject({ stage: "local", folder: project.cwd });
});

test("a run that nobody knows is said to be unknown, at once, and leaves nothing behind", async () => {
  await open({ migrations: { "001_a.sql": "CREATE TABLE a (id int);" } });
  const end = await project.cli(["attach", "20200101T000000Z-00000000", "--json"]);
  expect(end.exitCode).toBe(2);
  expect(end.json().error.code).toBe("unknown_run");
  expect(await project.query("SELECT 1 FROM pg_namespace WHERE nspname = 'migrate_remote'")).toEqual([]);
});

test("a plan in a file is applied exactly, or not at all", async () => {
  await open({
    migrations: { "001_a.sql": "CREATE TABLE a (id int);", "002_b.sql": "CREATE TABLE b (id int);" },
  });
  const plan = ["run", "--dry-run", "--out", "plan.json"];
  const planned = await project.cli([...plan, "--target-revision", "001"]);
  expect(planned.stdout).toContain("run --plan");
  const written = JSON.parse(await readFile(join(project.cwd, "plan.json"), "utf8"));
  expect(written).toMatchObject({ version: 1, stage: "local", targetRevision: "001", revisions: ["001_a"] });
  expect((await project.cli(["run", "--plan", "plan.json", "--json"])).json()).toMatchObject({
    applied: ["001_a"],
  });

  await project.cli(plan);
  await project.write({ "migrations/002_b.sql": "CREATE TABLE b (id int, note text);" });
  const refused = await project.cli(["run", "--plan", "plan.json", "--json"]);
  expect(refused.exitCode).toBe(5);
  expect(refused.json().error.code).toBe("plan_changed");
  expect(await project.query("SELECT version FROM schema_migrations")).toEqual([{ version: "001_a" }]);
  await project.write({ "plan.json": "{}" });
  expect((await project.cli(["run", "--plan", "plan.json"])).exitCode).toBe(2);
});

test("a run that is longer than the function goes on in parts, each migration once", async () => {
  const migrations = Object.fromEntries(
    [1, 2, 3, 4, 5].map((n) => [
      `00${n}_m.sql`,
      `${n === 1 ? "CREATE TABLE counted (id int);" : ""} SELECT pg_sleep(1); INSERT INTO counted VALUES (${n});`,
    ]),
  );
  await open({ migrations, config: { stages: { local: { local: { ...localStage.local, timeout: 4 } } } } });
  const end = (await project.cli(["run", "--json"])).json();
  expect(end).toMatchObject({ outcome: "applied", state: "up_to_date", exitCode: 0 });
  expect(end.applied).toHaveLength(5);
  expect(end.parts).toBeGreaterThan(1);
  expect(await project.query("SELECT count(*)::int FROM counted")).toEqual([{ count: 5 }]);
});

test("a migration for which too little time is left is put off to the next part, not failed", async () => {
  const migrations = Object.fromEntries(
    [1, 2, 3].map((n) => [`00${n}_m.sql`, `CREATE TABLE t${n} (id int); SELECT pg_sleep(1.6);`]),
  );
  await open({ migrations, config: { stages: { local: { local: { ...localStage.local, timeout: 4 } } } } });
  const end = (await project.cli(["run", "--json"])).json();
  expect(end).toMatchObject({ outcome: "applied", state: "up_to_date", exitCode: 0 });
  expect(end.applied).toHaveLength(3);
  expect(end.parts).toBeGreaterThan(1);
});

test("--wait-lock waits for the other run, plans again, and goes on", async () => {
  await open({ migrations: gated });
  const gate = await closedGate();
  const first = project.cli(["run", "--json"]);
  await atTheGate();
  const waits: string[] = [];
  const second = project.cli(["run", "--wait-lock", "3m", "--json"], {
    onStderr: (text) => waits.push(text),
  });
  await expect
    .poll(() => waits.join(""), { timeout: 60_000 })
    .toMatch(/Waiting for the lock that run \S+ by tester@here/);
  // Meanwhile it is asked whether the other is at work, and not sent again.
  const asked = async () => {
    const { stdout } = await project.cli(["logs", "--since", "10m", "--filter", ": status"]);
    return stdout.match(/migrate-remote \S+: status$/gm)?.length ?? 0;
  };
  await expect.poll(asked, { timeout: 60_000, interval: 1_000 }).toBeGreaterThan(1);
  expect(waits.join("")).not.toMatch(/^Running \S+$/m);
  await gate.open();
  expect((await first).json().outcome).toBe("applied");
  expect((await second).json()).toMatchObject({ outcome: "nothing_to_do", exitCode: 0 });
  expect(await project.query("SELECT id FROM counted ORDER BY id")).toEqual([{ id: 1 }, { id: 2 }]);
});

test("the command killed outright: attach gives the verdict later, from this machine's own note", async () => {
  await open({
    migrations: gated,
    config: { stages: { other: localStage, local: localStage } },
  });
  const gate = await closedGate();
  const env = { PATH: process.env.PATH, XDG_STATE_HOME: join(project.cwd, ".state") };
  const child = spawn(process.execPath, [bin, "run", "--stage", "other"], {
    cwd: project.cwd,
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const errors: string[] = [];
  child.stderr.on("data", (chunk) => errors.push(String(chunk)));
  await atTheGate();
  child.kill("SIGKILL");
  const runId = /Running (\S+)/.exec(errors.join(""))?.[1] ?? "";
  await gate.open();
  // No --stage: the note says which.
  const end = await project.cli(["attach", runId, "--json"]);
  expect(end.json()).toMatchObject({ runId, stage: "other", outcome: "applied", exitCode: 0 });
});

const own = "shop-api-migrate-lambda-local";

test.each([
  ["a stage of the same name", { function: "garden-migrate" }, "sent to garden-migrate of stage local"],
  ["a stage that is not here", { stage: "live", function: "garden-migrate" }, "has no stage live"],
  ["another copy of the project", { function: own, folder: "/elsewhere" }, `${own} in /elsewhere`],
  ["another region", { function: own, region: "eu-west-1" }, `${own} in eu-west-1`],
])("a run sent to %s: this ledger is not asked, and fences nothing", async (_, sent, says) => {
  await open({ migrations: { "001_a.sql": "CREATE TABLE a (id int);" } });
  const runId = "20261120T104512Z-9f3c1a7e";
  const notes = join(project.cwd, ".state", "migrate-remote", "runs");
  await mkdir(notes, { recursive: true });
  await writeFile(join(notes, `${runId}.json`), JSON.stringify({ runId, stage: "local", ...sent }));
  const end = (await project.cli(["attach", runId, "--json"])).json();
  expect(end).toMatchObject({ exitCode: 2, error: { code: "run_sent_elsewhere" } });
  expect(end.error.message).toContain(says);
  const asked = (await project.cli(["attach", runId, "--stage", "local", "--json"])).json();
  expect(asked).toMatchObject({ exitCode: 2, error: { code: "unknown_run" } });
  expect(await project.query("SELECT to_regclass('migrate_remote.runs') AS ledger")).toEqual([
    { ledger: null },
  ]);
});

test("a backend killed in the middle: the verdict is what stands, and the next run goes on from there", async () => {
  await open({ migrations: { "000_first.sql": "CREATE TABLE first (id int);", ...gated } });
  const gate = await closedGate();
  const running = project.cli(["run", "--json"]);
  await atTheGate();
  await project.query(
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted",
  );
  const end = (await running).json();
  expect(end).toMatchObject({ outcome: "failed", exitCode: 4, applied: ["000_first"] });
  await gate.open();
  expect((await project.cli(["run", "--json"])).json()).toMatchObject({ applied: ["001_gate", "002_more"] });
  expect(await project.query("SELECT id FROM counted ORDER BY id")).toEqual([{ id: 1 }, { id: 2 }]);
});

test("the local endpoint killed in the middle: the command starts it again and tells what stands", async () => {
  await open({ migrations: { "000_first.sql": "CREATE TABLE first (id int);", ...gated } });
  await closedGate();
  const running = project.cli(["run", "--json"]);
  await atTheGate();
  const [record] = (await readdir(join(project.cwd, ".migrate-remote"))).filter((name) =>
    /^keeper-\d+\.json$/.test(name),
  );
  const { pid } = JSON.parse(await readFile(join(project.cwd, ".migrate-remote", record ?? ""), "utf8"));
  process.kill(pid, "SIGKILL");
  const end = (await running).json();
  expect(end).toMatchObject({ outcome: "failed", exitCode: 4, applied: ["000_first"], evidence: "ledger" });
});

test("Ctrl-C, then attach with the line that was shown", async () => {
  await open({ migrations: gated });
  const gate = await closedGate();
  const signals: SignalSource = { listeners: new Set() };
  const running = project.cli(["run"], { signals });
  await atTheGate();
  for (const listener of signals.listeners) listener("SIGINT");
  const command = /migrate-remote (attach \S+)/.exec((await running).stderr)?.[1] ?? "";
  await gate.open();
  const end = await project.cli([...command.split(" "), "--json"]);
  expect(end.json()).toMatchObject({ outcome: "applied", applied: ["001_gate", "002_more"] });
});

test.each([
  ["--out without --dry-run", ["run", "--out", "x"]],
  ["--plan beside a target", ["run", "--plan", "x", "--target-revision", "1"]],
  ["a time that nobody understands", ["run", "--wait-lock", "soon"]],
  ["a run id that is none", ["attach", "yesterday"]],
])("%s is a usage error", async (_, argv) => {
  await open({});
  expect((await project.cli(argv)).exitCode).toBe(2);
});

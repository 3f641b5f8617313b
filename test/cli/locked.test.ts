import { afterAll, beforeAll, expect, test } from "vitest";
import { localStage, makeProject, type Project } from "../support/project.js";

let project: Project;
beforeAll(async () => {
  project = await makeProject({
    migrations: { "001_people.sql": "CREATE TABLE people (name text);" },
    config: { stages: { live: { ...localStage, protected: true } } },
  });
});
afterAll(() => project.dispose());

/** By hand, as somebody does who wants to keep migrations out. */
async function holdTheLock(project: Project) {
  const holder = await project.connect();
  await holder.query("SELECT pg_advisory_lock(1835624306, 1919249775)");
  return { letGo: () => holder.end() };
}

async function snapshots() {
  return (await project.cli(["snapshot", "list", "--json"])).json().snapshots;
}

test("a lock that is held is told before consent is asked for and a snapshot is made", async () => {
  const lock = await holdTheLock(project);
  try {
    const end = await project.cli(["run"], { terminal: { typed: "migrate-production\n" } });
    expect(end.exitCode, end.stdout).toBe(6);
    expect(end.stderr).not.toContain("migrate-production");
    expect(end.stdout.match(/Another session holds the lock/g)).toHaveLength(1);
    expect(end.stdout).toContain("--wait-lock 10m");
    const repair = await project.cli(["fix-history", "--revision", "001", "--confirm", "--json"]);
    expect(repair.exitCode, repair.stdout).toBe(6);
    expect(repair.json()).toMatchObject({ outcome: "locked", error: { code: "locked" } });
    expect(await snapshots()).toEqual([]);
    // The plan is a read like another.
    const planned = await project.cli(["run", "--dry-run", "--json"]);
    expect(planned.json()).toMatchObject({ outcome: "planned", exitCode: 0, planned: ["001_people"] });
  } finally {
    await lock.letGo();
  }
});

test("a lock that somebody takes after the plan was shown keeps the run out all the same", async () => {
  // A local snapshot needs a database to which nobody is connected.
  const project = await makeProject({
    migrations: { "001_people.sql": "CREATE TABLE people (name text);" },
    config: { stages: { live: { ...localStage, protected: true, snapshot: { none: "a test" } } } },
  });
  async function* typed() {
    await holdTheLock(project);
    yield "migrate-production\n";
  }
  try {
    const end = await project.cli(["run"], { terminal: { typed: typed() } });
    expect(end.exitCode, end.stdout).toBe(6);
    expect(end.stderr).toContain("migrate-production");
    expect(await project.query("SELECT to_regclass('people') AS people")).toEqual([{ people: null }]);
    expect((await project.cli(["runs", "--json"])).json().runs).toMatchObject([
      { state: "refused", error: { code: "locked" } },
    ]);
  } finally {
    await project.dispose();
  }
});

test("--wait-lock waits before consent, and goes on when the lock is free", async () => {
  const lock = await holdTheLock(project);
  let isHeld = true;
  const end = await project.cli(["run", "--confirm", "--wait-lock", "5m", "--json"], {
    onStderr: (text) => {
      if (!isHeld || !text.includes("Waiting for the lock that another session holds since")) return;
      isHeld = false;
      void lock.letGo();
    },
  });
  expect(end.exitCode, end.stdout).toBe(0);
  expect(end.json()).toMatchObject({ outcome: "applied", applied: ["001_people"] });
  expect(isHeld).toBe(false);
});

import { afterAll, beforeAll, expect, test } from "vitest";
import { localStage, makeProject, type Project } from "../support/project.js";
import type { SignalSource } from "../support/run-cli.js";

let project: Project;
beforeAll(async () => {
  const cluster = { ...localStage, protected: true, database: { cluster: "shop-live" } };
  project = await makeProject({
    migrations: { "001_a.sql": "CREATE TABLE a (id int);" },
    config: { stages: { live: cluster } },
  });
});
afterAll(() => project.dispose());

/** Presses Ctrl-C when a snapshot is seen in the making. */
async function interruptedWhileMaking(...argv: string[]) {
  const signals: SignalSource = { listeners: new Set() };
  let pressed = false;
  return project.cli(argv, {
    signals,
    onStderr: (text) => {
      if (pressed || !text.includes("creating")) return;
      pressed = true;
      for (const listener of signals.listeners) listener("SIGINT");
    },
  });
}

test("Ctrl-C while a run's snapshot is made: nothing was migrated, and the wait can be taken up again", async () => {
  const end = await interruptedWhileMaking("run", "--confirm", "--stage", "live", "--json");
  expect(end.exitCode).toBe(130);
  const { error, command } = end.json();
  expect(command).toBe("run");
  expect(error.message).toBe(
    `Interrupted. Nothing was sent that writes. Snapshot ${error.snapshotId} goes on being made.`,
  );
  expect(error.hint).toContain(`migrate-remote snapshot wait ${error.snapshotId} --stage live`);

  const waited = await project.cli(["snapshot", "wait", error.snapshotId, "--json"]);
  expect(waited.exitCode, waited.stderr).toBe(0);
  expect(waited.json().snapshot).toMatchObject({
    id: error.snapshotId,
    kind: "cluster",
    status: "available",
  });
  expect(await project.query("SELECT to_regclass('a') AS a")).toEqual([{ a: null }]);

  const run = await project.cli(["run", "--confirm", "--reuse-snapshot", "1h", "--json"]);
  expect(run.json()).toMatchObject({ outcome: "applied", wayBack: { snapshotId: error.snapshotId } });
});

test("prune says what would go, and deletes it when told to, with the phrase where it is given", async () => {
  await project.cli(["snapshot", "create", "--keep", "0s"]);
  const before = (await project.cli(["snapshot", "list", "--json"])).json().snapshots;
  expect(before).toHaveLength(2);
  const dry = await project.cli(["snapshot", "prune", "--older-than", "0s", "--json"]);
  expect(dry.json()).toMatchObject({
    dryRun: true,
    deleted: [],
    wouldDelete: [{ id: before[1].id }],
    kept: [{ id: before[0].id }],
  });
  const wrong = await project.cli(["snapshot", "prune", "--keep", "0", "--confirm=yes", "--json"]);
  expect(wrong.json()).toMatchObject({ error: { code: "wrong_phrase" }, exitCode: 5 });
  const done = await project.cli(["snapshot", "prune", "--keep", "1", "--confirm=migrate-production"]);
  expect(done.stdout).toContain("Deleted 1 snapshot; 1 stays.");
  const after = (await project.cli(["snapshot", "list", "--json"])).json().snapshots;
  expect(after.map(({ id }: { id: string }) => id)).toEqual([before[0].id]);
});

test("a restored cluster is waited for with its instance, and has an address", async () => {
  const [{ id }] = (await project.cli(["snapshot", "list", "--json"])).json().snapshots;
  const end = await project.cli(["snapshot", "restore", id, "--as", "shop-look"]);
  expect(end.exitCode, end.stderr).toBe(0);
  expect(end.stdout).toMatch(/new +cluster shop-look, available/);
  expect(end.stdout).toMatch(/address +127\.0\.0\.1:\d+/);
  expect(end.stdout).toContain("cluster shop-live was not touched");
});

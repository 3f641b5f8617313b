import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { recallRun, rememberRun } from "../../src/cli/run-files.js";
import { runFolder } from "../../src/cli/run-folder.js";

const run = (runId: string) => ({ runId, stage: "dev", function: "shop-dev" });

test("notes of long ago are taken away with the next one; what is young, or somebody else's, stays", async () => {
  const state = await mkdtemp(join(tmpdir(), "migrate-remote-notes-"));
  onTestFinished(() => rm(state, { recursive: true, force: true }));
  const env = { XDG_STATE_HOME: state };
  const [old, young, now] = [
    "20260101T000000Z-00000001",
    "20260901T000000Z-00000002",
    "20261120T000000Z-00000003",
  ] as const;
  await rememberRun(env, run(old));
  const others = ["notes.txt", "20250101T000000Z-00000004", "20250101T000000Z.json"];
  for (const name of others) await writeFile(join(runFolder(env), name), "");
  await rememberRun(env, run(young));
  await rememberRun(env, run(now));
  expect((await readdir(runFolder(env))).sort()).toEqual([...others, `${young}.json`, `${now}.json`].sort());
  expect(await recallRun(env, old)).toBeUndefined();
  expect(await recallRun(env, young)).toEqual(run(young));
});

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { runIdPattern } from "../contract/run-id.js";
import type { RememberedRun } from "../workflow/stage-context.js";
import type { Host } from "./host.js";
import { runFolder } from "./run-folder.js";

const rememberedRun = z.object({ runId: z.string(), stage: z.string(), function: z.string() });

/** Written before anything is sent, so that a run can be rejoined after this process was killed. */
export async function rememberRun(env: Host["env"], run: RememberedRun): Promise<void> {
  await mkdir(runFolder(env), { recursive: true, mode: 0o700 });
  await writeFile(join(runFolder(env), `${run.runId}.json`), `${JSON.stringify(run)}\n`, { mode: 0o600 });
}

/** What this machine knows of a run; undefined where it did not send it, or the note is damaged. */
export async function recallRun(env: Host["env"], runId: string): Promise<RememberedRun | undefined> {
  if (!runIdPattern.test(runId)) return undefined;
  try {
    return rememberedRun.parse(JSON.parse(await readFile(join(runFolder(env), `${runId}.json`), "utf8")));
  } catch {
    return undefined;
  }
}

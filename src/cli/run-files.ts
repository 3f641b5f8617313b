import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as z from "zod";
import type { Target } from "../config/target.js";
import { once } from "../contract/once.js";
import { runIdAt, runIdPattern, runIdTime } from "../contract/run-id.js";
import type { RememberedRun } from "../workflow/stage-context.js";
import type { Host } from "./host.js";
import { runFolder } from "./run-folder.js";

const rememberedRun = once(() =>
  z.object({
    runId: z.string(),
    stage: z.string(),
    function: z.string(),
    /** What of the place was said, in words that are compared. */
    region: z.string().optional(),
    endpoint: z.string().optional(),
    profile: z.string().optional(),
    /** Of a stage on this machine: the configuration's, beside which its database is. */
    folder: z.string().optional(),
  }),
);

export type NotedRun = z.output<ReturnType<typeof rememberedRun>>;
export type NotedPlace = Pick<NotedRun, "region" | "endpoint" | "profile" | "folder">;

/** Regions, accounts and folders have functions of the same name. */
export function placeOf({ local, region, endpoint, profile }: Target, configPath: string): NotedPlace {
  return local === undefined ? { region, endpoint, profile } : { folder: dirname(configPath) };
}

/** Written before anything is sent, so that a run can be rejoined after this process was killed. */
export async function rememberRun(env: Host["env"], run: RememberedRun & NotedPlace): Promise<void> {
  await mkdir(runFolder(env), { recursive: true, mode: 0o700 });
  await writeFile(join(runFolder(env), `${run.runId}.json`), `${JSON.stringify(run)}\n`, { mode: 0o600 });
  // What cannot be tidied away stays.
  await tidy(runFolder(env), run.runId).catch(() => {});
}

/** A run of which nobody has asked for so long is in the ledger alone. */
const keptMs = 90 * 86_400_000;

/** Takes away the notes that are much older than this run's. Other files are somebody else's. */
async function tidy(folder: string, newest: string): Promise<void> {
  const oldest = runIdAt(new Date((runIdTime(newest)?.getTime() ?? 0) - keptMs));
  // Run ids sort by time: of hundreds of notes nearly all are told by that.
  const old = (await readdir(folder)).filter(
    (file) => file < oldest && file.endsWith(".json") && runIdPattern.test(file.slice(0, -".json".length)),
  );
  await Promise.all(old.map((file) => rm(join(folder, file), { force: true })));
}

/** What this machine knows of a run; undefined where it did not send it, or the note is damaged. */
export async function recallRun(env: Host["env"], runId: string): Promise<NotedRun | undefined> {
  if (!runIdPattern.test(runId)) return undefined;
  try {
    return rememberedRun().parse(JSON.parse(await readFile(join(runFolder(env), `${runId}.json`), "utf8")));
  } catch {
    return undefined;
  }
}

import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { stageNamePattern } from "../../../config/stage-name.js";
import { runIdPattern } from "../../../contract/run-id.js";
import { runFolder } from "../../run-folder.js";
import type { Surroundings } from "../answer.js";
import type { Candidate } from "../candidate.js";

/** Older ones are in the ledger; here it is about what was just done. */
const mostRuns = 50;
const mostBytes = 10_000;

/** The runs that were sent from this machine, newest first. */
export async function runIds(env: Surroundings["env"], stage: string | undefined): Promise<Candidate[]> {
  const folder = runFolder(env);
  const names = (await readdir(folder).catch(() => []))
    .map((file) => file.replace(/\.json$/, ""))
    .filter((name) => runIdPattern.test(name))
    .sort()
    .reverse()
    .slice(0, mostRuns);
  const runs = await Promise.all(
    names.map(async (value) => ({ value, about: await stageOf(join(folder, `${value}.json`)) })),
  );
  return runs.filter(({ about }) => stage === undefined || about === "" || about === stage);
}

/** Empty where the note does not say. */
async function stageOf(path: string): Promise<string> {
  try {
    const facts = await stat(path);
    if (!facts.isFile() || facts.size > mostBytes) return "";
    const { stage } = JSON.parse(await readFile(path, "utf8"));
    return stageNamePattern.test(stage) ? stage : "";
  } catch {
    return "";
  }
}

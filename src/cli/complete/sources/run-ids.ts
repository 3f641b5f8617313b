import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { stageNamePattern } from "../../../config/stage-name.js";
import { runIdPattern } from "../../../contract/run-id.js";
import { runFolder } from "../../run-folder.js";
import type { Surroundings } from "../answer.js";
import type { Candidate } from "../candidate.js";
import { stageFunctions } from "./stage-functions.js";

/** Older ones are in the ledger; here it is about what was just done. */
const mostRuns = 50;
/** So many notes are read for them: those of other projects lie between. */
const mostNotes = 200;
const mostBytes = 10_000;

/** The runs that this project sent from this machine, newest first; of all projects where there is no configuration. */
export async function runIds(
  host: Surroundings,
  { stage, config }: { stage: string | undefined; config: string | undefined },
): Promise<Candidate[]> {
  const folder = runFolder(host.env);
  const names = (await readdir(folder).catch(() => []))
    .map((file) => file.replace(/\.json$/, ""))
    .filter((name) => runIdPattern.test(name))
    .sort()
    .reverse()
    .slice(0, mostNotes);
  const functions = await stageFunctions(host, config);
  const runs = await Promise.all(
    names.map(async (value) => ({ value, ...(await noteOf(join(folder, `${value}.json`))) })),
  );
  return runs
    .filter((run) => isOf(functions, run) && (stage === undefined || run.about === "" || run.about === stage))
    .slice(0, mostRuns)
    .map(({ value, about }) => ({ value, about }));
}

/** What a note or the configuration does not say speaks against nothing. */
function isOf(
  functions: Awaited<ReturnType<typeof stageFunctions>>,
  { about: stage, sentTo }: Note,
): boolean {
  if (functions === undefined || stage === "") return true;
  if (!functions.has(stage)) return false;
  const here = functions.get(stage);
  return here === undefined || sentTo === undefined || here === sentTo;
}

interface Note {
  /** The stage; empty where the note does not say. */
  about: string;
  sentTo?: string;
}

async function noteOf(path: string): Promise<Note> {
  try {
    const facts = await stat(path);
    if (!facts.isFile() || facts.size > mostBytes) return { about: "" };
    const note = JSON.parse(await readFile(path, "utf8"));
    return {
      about: stageNamePattern.test(note.stage) ? note.stage : "",
      ...(typeof note.function === "string" ? { sentTo: note.function } : {}),
    };
  } catch {
    return { about: "" };
  }
}

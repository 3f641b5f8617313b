import { appendFile, stat } from "node:fs/promises";
import type { Ending } from "../output/ending.js";
import { summaryOf } from "../output/summary/summary.js";
import type { Host } from "./host.js";

/** What GitHub takes of one step; a longer one it drops whole. */
const mostBytes = 1024 * 1024;

/**
 * Adds what a command came to to the job's page. What cannot be written is told in words and changes nothing else: the migration is as it
 * is. Undefined where all is well, or there is no such file.
 */
export async function addToSummary(ending: Ending, env: Host["env"]): Promise<string | undefined> {
  const file = env.GITHUB_STEP_SUMMARY;
  if (file === undefined || file === "") return undefined;
  try {
    const written = await sizeOf(file);
    const text = summaryOf(ending, mostBytes - written);
    if (text !== undefined) await appendFile(file, text);
    return undefined;
  } catch (error) {
    return `The job summary could not be written: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch(() => undefined);
  return found?.size ?? 0;
}

import { randomBytes } from "node:crypto";
import { linkSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { errorCode } from "./errors.js";
import { readIfExists } from "./files.js";
import { isAlive, processIdentitySchema, thisHost } from "./process-identity.js";

const keeperRecordSchema = processIdentitySchema.extend({
  port: z.int().positive().max(65535),
  token: z.string().min(16),
  host: z.string(),
});

/** Who keeps the data directory, and how to talk to it. */
export type KeeperRecord = z.infer<typeof keeperRecordSchema>;

function fileOf(directory: string, generation: number): string {
  return join(directory, `keeper-${generation}.json`);
}

function readGeneration(directory: string, generation: number): KeeperRecord | undefined {
  try {
    return keeperRecordSchema.safeParse(JSON.parse(readIfExists(fileOf(directory, generation)) ?? "null"))
      .data;
  } catch {
    return undefined;
  }
}

function generations(directory: string): number[] {
  return readdirSync(directory)
    .map((name) => /^keeper-(\d{1,15})\.json$/.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}

function livingOwner(directory: string, generation: number): KeeperRecord | undefined {
  const record = readGeneration(directory, generation);
  if (!record) return undefined;
  const alive = record.host === thisHost() ? isAlive(record) : beatsLately(fileOf(directory, generation));
  return alive ? record : undefined;
}

/** A keeper in another container cannot be looked up, and to take its cluster would ruin it; but it touches its file. */
function beatsLately(file: string): boolean {
  const touched = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return Date.now() - touched < heartbeatMs * 5;
}

/** How often a keeper touches its file. */
export const heartbeatMs = 2_000;

/** The living keeper of this data directory: the highest generation, if its process still runs. */
export function livingKeeper(directory: string): KeeperRecord | undefined {
  const highest = generations(directory).at(-1);
  return highest === undefined ? undefined : livingOwner(directory, highest);
}

/**
 * Makes this process the keeper, unless another is. The files are generations: each is linked into place complete, the
 * highest decides, and a keeper that ends leaves its own behind, so that numbers never start again and a slow rival that
 * has seen an old state can only create a file below the highest, which it notices.
 *
 * @returns the generation that was won, or undefined when another process is the keeper.
 */
export function claim(directory: string, record: KeeperRecord): number | undefined {
  const draft = join(directory, `.claim-${process.pid}-${randomBytes(4).toString("hex")}`);
  writeFileSync(draft, JSON.stringify(record), { mode: 0o600 });
  try {
    for (;;) {
      // One reading serves both questions: were the number read later, it could be above a keeper that has just begun.
      const highest = generations(directory).at(-1) ?? 0;
      if (highest > 0 && livingOwner(directory, highest)) return undefined;
      const generation = highest + 1;
      try {
        linkSync(draft, fileOf(directory, generation));
      } catch (error) {
        if (errorCode(error) === "EEXIST") continue;
        throw error;
      }
      return keepOnlyHighest(directory, generation) ? generation : undefined;
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

function keepOnlyHighest(directory: string, generation: number): boolean {
  const all = generations(directory);
  if (all.some((other) => other > generation)) {
    rmSync(fileOf(directory, generation), { force: true });
    return false;
  }
  for (const lower of all.filter((other) => other < generation))
    rmSync(fileOf(directory, lower), { force: true });
  removeDrafts(directory);
  return true;
}

/** What a claimer that was killed left; one that is at work has linked its draft already or makes another attempt. */
function removeDrafts(directory: string): void {
  for (const name of readdirSync(directory)) {
    const pid = /^\.claim-(\d+)-/.exec(name)?.[1];
    if (pid && !processExists(Number(pid))) rmSync(join(directory, name), { force: true });
  }
}

function processExists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}

/** Says that the keeper lives. False once the data directory was removed or is another keeper's. */
export function beat(directory: string, generation: number, token: string): boolean {
  if (readGeneration(directory, generation)?.token !== token) return false;
  const now = new Date();
  utimesSync(fileOf(directory, generation), now, now);
  return true;
}

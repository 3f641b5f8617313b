import { posix } from "node:path";
import { readText, type Survey } from "../survey.js";
import type { Found } from "./found.js";
import { folderOf, isBelow } from "./paths.js";

const numbered = /^\d+[_.-].+\.sql$/i;
const otherWay = /\.(down|undo)\.sql$/i;
const usualFolder = /(^|\/)(db|database|sql|migrations?|migrate|schema|changelog|versions|up)(\/|$)/i;

/** Folders of `NNN_name.sql`, but for those that belong to another tool. */
export function findSql(survey: Survey, others: Found[]): Found[] {
  const first = new Map<string, string>();
  for (const file of survey.files) {
    const name = posix.basename(file);
    if (!numbered.test(name) || otherWay.test(name)) continue;
    const folder = folderOf(file);
    if (!usualFolder.test(folder) || first.has(folder)) continue;
    if (others.some((other) => isBelow(folder, other.migrations))) continue;
    first.set(folder, file);
  }
  return [...first].map(([migrations, evidence]) => ({
    engine: "sql",
    root: folderOf(migrations),
    migrations,
    evidence,
  }));
}

// MIGRATIONS = {"001_init": """…  and  const MIGRATIONS = { "001_init": `…
const map =
  /^(?:export\s+)?(?:const\s+|let\s+|var\s+)?MIGRATIONS\b[^=\n]*=\s*\{\s*(?:(?:#|\/\/)[^\n]*\n\s*)*["'](\w[^"'\n]*)["']\s*:/m;

/** Lambdas that keep their migrations as a map in their own source. */
export async function findInlineMaps(survey: Survey): Promise<Found[]> {
  const found: Found[] = [];
  for (const file of survey.files) {
    if (!/\.(py|[cm]?js|ts|mts)$/.test(file) || !mayBeLambda.test(file)) continue;
    const text = await readText(survey, file);
    if (text === undefined || !map.test(text)) continue;
    const folder = folderOf(file);
    found.push({ engine: "sql", root: folder, migrations: folder, evidence: file, inline: true });
  }
  return found;
}

// A repository has thousands of sources; those that migrate say so somewhere in their path.
const mayBeLambda = /migrat|lambda|handler|(^|\/)(index|app|main)\.\w+$/i;

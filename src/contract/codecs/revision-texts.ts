import { isObject } from "../json.js";

/** How Alembic and the people who wrap it write revisions: `abc123 (head)`, `abc123, def456`, `abc123 → def456`, lists of texts or objects. */

/** More than any project has. */
const most = 100_000;

/** Which end of `abc123 → def456` is meant. */
export type Side = "from" | "to";

/** Undefined where it is something else than revisions. */
export function revisionsOf(value: unknown, side: Side): string[] | undefined {
  if (value === null || value === "") return [];
  if (Array.isArray(value)) {
    const names = namesOf(value);
    return names?.flatMap(({ revision }) => splitRevisions(revision) ?? [revision]);
  }
  if (isObject(value)) {
    const text = value[side] ?? value.revision;
    return typeof text === "string" || text === null ? revisionsOf(text, side) : undefined;
  }
  if (typeof value !== "string" || value.length > longest) return undefined;
  return revisionsInMessage(value, side) ?? splitRevisions(value);
}

/** Of a sentence such as `Revision: abc123 → def456`; undefined where it has no arrow. */
export function revisionsInMessage(value: unknown, side: Side): string[] | undefined {
  if (typeof value !== "string" || value.length > longest) return undefined;
  const match = /(?:^|Revision: *)([\w.,() -]*?) *(?:→|->|=>) *([\w.,() -]+?)\.?$/.exec(value);
  const text = side === "from" ? match?.[1] : match?.[2];
  return text === undefined ? undefined : splitRevisions(text);
}

const longest = 2000;

/** Undefined where it is a sentence rather than revisions. */
function splitRevisions(text: string): string[] | undefined {
  const parts = text
    .replace(/\((?:head|effective head|mergepoint|branchpoint|current)[^)]*\)/g, "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  if (parts.length === 1 && /^(?:none|base|null)$/i.test(parts[0] ?? "")) return [];
  return parts.every((part) => /^[\w.-]{1,500}$/.test(part)) ? parts : undefined;
}

const nameKeys = ["revision", "revisionId", "version", "migration", "name", "id"];
const descriptionKeys = ["description", "doc", "message", "title"];

/** A list of migrations, each a text or an object; undefined where it is none, or where one of them has no name. */
export function namesOf(value: unknown): { revision: string; description?: string }[] | undefined {
  if (!Array.isArray(value) || value.length > most) return undefined;
  const names = value.map(nameOf);
  return names.every((name) => name !== undefined) ? names : undefined;
}

function nameOf(item: unknown): { revision: string; description?: string } | undefined {
  if (isName(item)) return { revision: item };
  if (!isObject(item)) return undefined;
  const revision = nameKeys.map((key) => item[key]).find(isName);
  const description = descriptionKeys.map((key) => item[key]).find(isName);
  return revision === undefined
    ? undefined
    : { revision, ...(description === undefined ? {} : { description }) };
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= 10_000;
}

import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { readDirective } from "../../../contract/sql/directive.js";
import { type Refusal, refusal } from "../../refusal.js";
import type { Source, SourceMigration } from "../parts.js";
import { compareNumbers, naturalCompare, numberOf } from "./numbers.js";

interface SourceText {
  revision: string;
  /** Where a person finds it. */
  place: string;
  bytes: Uint8Array;
}

/** Reads `NNN_name.sql` files. Those that end in `.down.sql` or `.undo.sql` go the other way and are passed over. */
export async function readDirectory(directory: string | URL): Promise<Source> {
  const path = directoryPath(directory);
  const names = await listDirectory(path);
  const sqlFiles = names.filter((name) => /\.sql$/i.test(name) && !/\.(down|undo)\.sql$/i.test(name)).sort();
  const numbered = sqlFiles.filter((name) => numberOf(name) !== undefined && /^\d+[_.-]./.test(name));
  const texts = await Promise.all(
    numbered.map(async (name) => ({
      revision: name.replace(/(\.up)?\.sql$/i, ""),
      place: name,
      bytes: await readMigration(path, name),
    })),
  );
  const ignored = sqlFiles.filter((name) => !numbered.includes(name));
  return {
    ...numberedSource(texts),
    problems: [
      ...ignored.map((name) => ({
        code: "ignored_file",
        message: `${name} is passed over: a migration is called NNN_name.sql.`,
      })),
      ...(texts.length === 0 ? [nothingIn(`no NNN_name.sql in ${path}`)] : []),
    ],
  };
}

/**
 * Reads migrations given in code. Where every key has a number it decides, as with files; else they come in the order in which they are
 * written, which JavaScript does not keep for keys such as `"8"`.
 */
export function readInline(inline: Record<string, string>): Source {
  const texts = Object.entries(inline).map(([revision, sql]) => {
    if (typeof sql !== "string")
      throw unusable(`The migration ${revision} is no text.`, "Give SQL as a string.");
    return { revision, place: revision, bytes: new TextEncoder().encode(sql) };
  });
  const problems = texts.length === 0 ? [nothingIn("the handler's `migrations` are empty")] : [];
  const unnumbered = texts.filter(({ revision }) => numberOf(revision) === undefined);
  if (unnumbered.length === 0) return { ...numberedSource(texts), problems };
  const reordered = texts.find(({ revision }) => /^(0|[1-9]\d{0,9})$/.test(revision));
  if (reordered !== undefined) {
    throw unusable(
      `The migrations have no certain order: ${unnumbered[0]?.revision} has no number, and JavaScript moves the key "${reordered.revision}" to the front.`,
      `Number them all, or call it "${reordered.revision}_name".`,
    );
  }
  const order = new Map(texts.map(({ revision }, index) => [revision, index]));
  const place = (revision: string) => order.get(revision) ?? texts.length;
  return {
    migrations: texts.map(toMigration),
    problems,
    compare: (a, b) => place(a) - place(b) || naturalCompare(a, b),
  };
}

function numberedSource(texts: SourceText[]): Source {
  const sorted = [...texts].sort((a, b) => naturalCompare(a.revision, b.revision));
  sorted.forEach((text, index) => {
    const next = sorted[index + 1];
    if (next === undefined || compareNumbers(text.revision, next.revision) !== 0) return;
    throw unusable(
      `Two migrations have the same number: ${text.place} and ${next.place}.`,
      "Give one of them another number, then deploy again.",
    );
  });
  return { migrations: sorted.map(toMigration), problems: [], compare: naturalCompare };
}

function toMigration({ revision, place, bytes }: SourceText): SourceMigration {
  const sql = decode(place, bytes);
  return {
    revision,
    checksum: createHash("sha256").update(bytes).digest("hex"),
    sql,
    transactional: !isMarkedNoTransaction(place, sql),
  };
}

function decode(place: string, bytes: Uint8Array): string {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw unusable(`The migration ${place} is not UTF-8.`, "Save it as UTF-8, then deploy again.");
  }
  if (!text.includes("\0")) return text;
  throw unusable(
    `The migration ${place} has a NUL character, which SQL cannot have.`,
    "Save it as UTF-8, then deploy again.",
  );
}

/** Among the comments before the first statement: `-- migrate-remote: no-transaction`. */
function isMarkedNoTransaction(place: string, sql: string): boolean {
  for (const line of sql.split(/\r\n|\r|\n/)) {
    if (line.trim() === "") continue;
    if (!line.trimStart().startsWith("--")) return false;
    const directive = readDirective(line);
    if (directive?.kind === "no-transaction") return true;
    // What is allowed is for whoever reviews the plan; a newer command line may know rules that this far side does not.
    if (directive?.kind !== "unknown") continue;
    throw unusable(
      `The migration ${place} says "migrate-remote: ${directive.text.slice(0, 60)}", which means nothing.`,
      'What can be said there is "-- migrate-remote: no-transaction" and "-- migrate-remote: allow RULE".',
    );
  }
  return false;
}

function directoryPath(directory: string | URL): string {
  const base = process.env.LAMBDA_TASK_ROOT ?? process.cwd();
  if (directory instanceof URL || directory.startsWith("file:")) return fileURLToPath(directory);
  return resolve(base, directory);
}

async function listDirectory(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    const code = String((error as { code?: unknown }).code ?? "unreadable");
    throw unusable(
      `The migrations' directory ${path} cannot be read (${code}).`,
      "Is it part of what is deployed? A relative `directory` counts from the function's own root.",
    );
  }
}

async function readMigration(path: string, name: string): Promise<Uint8Array> {
  try {
    return await readFile(resolve(path, name));
  } catch (error) {
    const code = String((error as { code?: unknown }).code ?? "unreadable");
    throw unusable(
      `The migration ${name} cannot be read (${code}).`,
      "Check the file's permissions in what is deployed.",
    );
  }
}

function nothingIn(where: string) {
  return { code: "no_migrations", message: `The handler has no migrations: ${where}.` };
}

function unusable(message: string, hint: string): Refusal {
  return refusal("configuration_error", `${message} Nothing was done.`, { hint });
}

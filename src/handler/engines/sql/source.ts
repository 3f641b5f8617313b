import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { readDirective } from "../../../contract/sql/directive.js";
import {
  compareNumbers,
  isForwardSql,
  isMigrationFile,
  naturalCompare,
  numberOf,
  revisionOfFile,
} from "../../../contract/sql/numbers.js";
import type { Source, SourceMigration } from "../parts.js";
import { decodeText, directoryPath, listDirectory, nothingIn, readBytes, unusable } from "../shared/files.js";

interface SourceText {
  revision: string;
  /** Where a person finds it. */
  place: string;
  bytes: Uint8Array;
}

/** Reads `NNN_name.sql` files. Those that end in `.down.sql` or `.undo.sql` go the other way and are passed over. */
export async function readDirectory(directory: string | URL): Promise<Source> {
  const path = directoryPath(directory);
  const names = (await listDirectory(path)).flatMap((entry) => (entry.isDirectory ? [] : [entry.name]));
  const sqlFiles = names.filter(isForwardSql).sort();
  const numbered = sqlFiles.filter(isMigrationFile);
  const texts = await Promise.all(
    numbered.map(async (name) => ({
      revision: revisionOfFile(name),
      place: name,
      bytes: await readBytes(resolve(path, name), name),
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
  const sql = decodeText(place, bytes).replace(/^\ufeff/, "");
  return {
    revision,
    checksum: createHash("sha256").update(bytes).digest("hex"),
    sql,
    transactional: !isMarkedNoTransaction(place, sql),
  };
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

import { createHash } from "node:crypto";
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Source, SourceMigration } from "../parts.js";
import { decodeText, directoryPath, listDirectory, nothingIn, readBytes, unusable } from "../shared/files.js";
import { isAtomic, readScript } from "./script.js";

/** Reads a `migrations` folder as Prisma leaves it: one folder a migration, in the order of their names. */
export async function readMigrations(directory: string | URL): Promise<Source> {
  const path = directoryPath(directory);
  const folders = (await listDirectory(path)).flatMap(({ name, isDirectory }) => (isDirectory ? [name] : []));
  await refuseOtherProvider(path);
  const read = await Promise.all(folders.sort(compare).map((name) => readFolder(path, name)));
  const migrations = read.flatMap((one) => ("revision" in one ? [one] : []));
  return {
    migrations,
    problems: [
      ...read.flatMap((one) => ("ignored" in one ? [ignoredFolder(one.ignored)] : [])),
      ...(migrations.length === 0 ? [nothingIn(`no folder with a migration.sql in ${path}`)] : []),
    ],
    compare,
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

async function readFolder(path: string, revision: string): Promise<SourceMigration | { ignored: string }> {
  const file = join(path, revision, "migration.sql");
  // Git keeps no empty folders, but a branch that was left may.
  if (!(await exists(file))) return { ignored: revision };
  const sql = decodeText(revision, await readBytes(file, revision));
  return {
    revision,
    checksum: checksumOf(sql).toString("hex"),
    aliases: otherChecksums(sql),
    sql,
    transactional: isAtomic(readScript(sql).kind),
  };
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    (error: { code?: unknown }) => error.code !== "ENOENT" && error.code !== "ENOTDIR",
  );
}

function checksumOf(text: string): Buffer {
  return createHash("sha256").update(text, "utf8").digest();
}

/**
 * What Prisma takes for the same file: the text with other line ends, because git changes these; and each checksum as an early version
 * wrote it, without the zeros before single digits.
 */
function otherChecksums(sql: string): string[] {
  const texts = [sql, sql.replaceAll("\r\n", "\n"), sql.replaceAll("\n", "\r\n")];
  const digests = [...new Set(texts)].map(checksumOf);
  const unpadded = (digest: Buffer) => [...digest].map((byte) => byte.toString(16)).join("");
  return [...digests.slice(1).map((digest) => digest.toString("hex")), ...digests.map(unpadded)];
}

/** `migration_lock.toml` says for which database the migrations were written. */
async function refuseOtherProvider(path: string): Promise<void> {
  const text = await readFile(join(path, "migration_lock.toml"), "utf8").catch(() => "");
  const provider = /^\s*provider\s*=\s*"([^"]*)"/m.exec(text)?.[1];
  if (provider === undefined || provider === "postgresql" || provider === "postgres") return;
  throw unusable(
    `The migrations are written for ${JSON.stringify(provider.slice(0, 40))} (migration_lock.toml), and this handler is for PostgreSQL (P3019).`,
    'If they are for PostgreSQL all the same, say so there: provider = "postgresql".',
  );
}

function ignoredFolder(name: string) {
  return { code: "ignored_file", message: `The folder ${name} has no migration.sql and is passed over.` };
}

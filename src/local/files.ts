import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { errorCode, LocalError, messageOf } from "./errors.js";

/** Only the owner may read it, and a reader sees all of it or none: a name appears when the content is complete. */
export function writePrivateFile(path: string, content: string): void {
  const temporary = `${path}.${randomBytes(4).toString("hex")}.tmp`;
  writeFileSync(temporary, content, { mode: 0o600 });
  renameSync(temporary, path);
}

export function readIfExists(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ESRCH") return undefined;
    throw error;
  }
}

/** @throws LocalError where this user may not write there. */
export function prepareDataDirectory(path: string): void {
  try {
    makeDataDirectory(path);
  } catch (error) {
    throw new LocalError(
      "data_directory",
      `The local stage's data cannot be kept in ${path} (${errorCode(error) ?? messageOf(error)}).`,
      "Make the folder yours and writable, or put .migraterc.json where you may write.",
    );
  }
}

/**
 * Root's PostgreSQL runs as another uid and has to pass through this folder, so root's is searchable (not readable);
 * every file in it is private by its own mode.
 */
function makeDataDirectory(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chmodSync(path, process.getuid?.() === 0 ? 0o711 : 0o700);
  const ignore = join(path, ".gitignore");
  if (readIfExists(ignore) === undefined) writeFileSync(ignore, "*\n");
}

import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { errorCode } from "./errors.js";

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

/**
 * Root's PostgreSQL runs as another uid and has to pass through this folder, so root's is searchable (not readable);
 * every file in it is private by its own mode.
 */
export function prepareDataDirectory(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chmodSync(path, process.getuid?.() === 0 ? 0o711 : 0o700);
  const ignore = join(path, ".gitignore");
  if (readIfExists(ignore) === undefined) writeFileSync(ignore, "*\n");
}

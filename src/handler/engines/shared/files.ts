import { readdir, readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type Refusal, refusal } from "../../refusal.js";

/** Where a folder of the handler's options lies: a relative path counts from the function's root. */
export function directoryPath(directory: string | URL): string {
  const base = process.env.LAMBDA_TASK_ROOT ?? process.cwd();
  if (directory instanceof URL || directory.startsWith("file:")) return fileURLToPath(directory);
  return resolve(base, directory);
}

/** What lies in the migrations' folder. */
export async function listDirectory(path: string): Promise<{ name: string; isDirectory: boolean }[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.map((entry) => ({ name: entry.name, isDirectory: entry.isDirectory() }));
  } catch (error) {
    throw unusable(
      `The migrations' directory ${path} cannot be read (${codeOf(error)}).`,
      "Is it part of what is deployed? A relative `directory` counts from the function's own root.",
    );
  }
}

/** `name` is how people call the file. */
export async function readBytes(path: string, name: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw unusable(
      `The migration ${name} cannot be read (${codeOf(error)}).`,
      "Check the file's permissions in what is deployed.",
    );
  }
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown }).code ?? "unreadable");
}

export function decodeText(name: string, bytes: Uint8Array): string {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw unusable(`The migration ${name} is not UTF-8.`, "Save it as UTF-8, then deploy again.");
  }
  if (!text.includes("\0")) return text;
  throw unusable(
    `The migration ${name} has a NUL character, which SQL cannot have.`,
    "Save it as UTF-8, then deploy again.",
  );
}

export function nothingIn(where: string) {
  return { code: "no_migrations", message: `The handler has no migrations: ${where}.` };
}

export function unusable(message: string, hint: string): Refusal {
  return refusal("configuration_error", `${message} Nothing was done.`, { hint });
}

import type { Dirent } from "node:fs";
import { readdir, readFile } from "node:fs/promises";

/** A folder's entries by name. One that is not there yet has none. */
export async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return [];
    throw error;
  }
}

/** A text file, or why it is none. */
export async function readText(file: string): Promise<{ text: string } | { message: string }> {
  try {
    const bytes = await readFile(file);
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    return {
      message: error instanceof TypeError ? "it is not UTF-8" : `it cannot be read (${String(code)})`,
    };
  }
}

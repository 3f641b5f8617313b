import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { exists } from "../../project/exists.js";
import type { InitFile } from "../../workflow/results/init.js";

/** What `.gitignore` lacks. `.migrate-remote/` ignores itself; this says so to people and to tools that do not look in there. */
export async function ignoreFile(folder: string, made: string[]): Promise<InitFile[]> {
  if (!(await exists(join(folder, ".git")))) return [];
  const text = await readFile(join(folder, ".gitignore"), "utf8").catch(() => "");
  const present = new Set(text.split(/\r?\n/).map(plain));
  const installed = (await exists(join(folder, "node_modules"))) ? ["node_modules/"] : [];
  const lines = [".migrate-remote/", ...installed, ...made].filter((line) => !present.has(plain(line)));
  if (lines.length === 0) return [];
  return [{ path: ".gitignore", change: "append", content: `${lines.join("\n")}\n`, seen: [] }];
}

function plain(line: string): string {
  return line.trim().replace(/^\//, "").replace(/\/$/, "");
}

import { readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Surroundings } from "../answer.js";
import type { Candidate } from "../candidate.js";

const mostBytes = 1_000_000;

/** The profiles of the two files that every AWS SDK reads. */
export async function profileNames(env: Surroundings["env"]): Promise<Candidate[]> {
  const home = env.HOME || homedir();
  const [config, credentials] = await Promise.all([
    sections(env.AWS_CONFIG_FILE || join(home, ".aws", "config")),
    sections(env.AWS_SHARED_CREDENTIALS_FILE || join(home, ".aws", "credentials")),
  ]);
  const names = [...config.map(profileOf).filter((name) => name !== undefined), ...credentials];
  return [...new Set(names)].map((value) => ({ value }));
}

/** `[profile prod]`, `[profile "my prod"]`, `[default]`; what else has a section there is no profile. */
function profileOf(section: string): string | undefined {
  const [, name] = /^profile\s+(.+)$/.exec(section) ?? [];
  return name === undefined ? (section === "default" ? section : undefined) : unquoted(name);
}

function unquoted(name: string): string {
  return /^(["']).*\1$/.test(name) ? name.slice(1, -1) : name;
}

async function sections(path: string): Promise<string[]> {
  try {
    const facts = await stat(path);
    if (!facts.isFile() || facts.size > mostBytes) return [];
    const text = await readFile(path, "utf8");
    return [...text.matchAll(/^\s*\[\s*([^\]\r\n]+?)\s*\]/gm)].map(([, name = ""]) => name);
  } catch {
    return [];
  }
}

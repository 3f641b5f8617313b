import { open, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { excerpt } from "../contract/redact.js";
import { inconsistencies } from "./consistency.js";
import { explainIssues } from "./issues.js";
import { type ConfigProblem, parseText } from "./parse.js";
import { type Config, configSchema } from "./schema.js";

export const configFileName = ".migraterc.json";

/** Where the configuration is, or everywhere it was looked for. */
export type Found = { found: true; path: string } | { found: false; lookedFor: string[] };

/** Looks in `cwd` and upward to the root of the file system: a repository may stand anywhere, also above the home directory. */
export async function findConfig(cwd: string): Promise<Found> {
  const lookedFor: string[] = [];
  for (let directory = resolve(cwd); ; directory = dirname(directory)) {
    const path = join(directory, configFileName);
    if (await exists(path)) return { found: true, path };
    lookedFor.push(path);
    if (directory === dirname(directory)) return { found: false, lookedFor };
  }
}

/** A configuration, or everything that is wrong with it. */
export type Loaded =
  | { ok: true; path: string; config: Config }
  | { ok: false; path: string; problems: ConfigProblem[] };

/** Reads and checks one file. Never throws: a file that cannot be read is a problem like any other. */
export async function loadConfig(path: string): Promise<Loaded> {
  const absolute = resolve(path);
  const text = await readBounded(absolute);
  if ("unreadable" in text) {
    const problem = { path: "", line: 1, column: 1, message: text.unreadable };
    return { ok: false, path: absolute, problems: [problem] };
  }
  const parsed = parseConfig(text.text);
  return { ...parsed, path: absolute };
}

/** Checks the text of a configuration. Never throws. Problems are in the order of the file. */
export function parseConfig(
  text: string,
): { ok: true; config: Config } | { ok: false; problems: ConfigProblem[] } {
  const parsed = parseText(text);
  // What the parser made of a text that is not JSON would be blamed for what is not the writer's fault.
  if (parsed.problems.some(({ path }) => path === "")) {
    return { ok: false, problems: bounded(parsed.problems) };
  }
  const result = configSchema.safeParse(parsed.value);
  const problems = [
    ...parsed.problems,
    ...(result.success ? [] : explainIssues(result.error.issues, parsed)),
    ...inconsistencies(parsed),
  ];
  if (result.success && problems.length === 0) return { ok: true, config: result.data };
  return { ok: false, problems: bounded(problems) };
}

/** Nobody reads more than this at once, and a hostile file must not flood a terminal. */
const mostProblems = 100;

function bounded(problems: ConfigProblem[]): ConfigProblem[] {
  return problems
    .toSorted((a, b) => a.line - b.line || a.column - b.column)
    .slice(0, mostProblems)
    .map((problem) => ({ ...problem, message: excerpt(problem.message, 1000) }));
}

const mostBytes = 1_000_000;

async function readBounded(path: string): Promise<{ text: string } | { unreadable: string }> {
  try {
    // Opening a FIFO would wait for a writer.
    if (!(await stat(path)).isFile()) return { unreadable: "is not a file" };
    const file = await open(path);
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(mostBytes + 1), 0, mostBytes + 1, 0);
      if (bytesRead > mostBytes) return { unreadable: "is larger than 1 MB; a configuration is a few lines" };
      return decode(buffer.subarray(0, bytesRead));
    } finally {
      await file.close();
    }
  } catch (error) {
    return { unreadable: explainReading((error as NodeJS.ErrnoException).code) };
  }
}

function decode(bytes: Uint8Array): { text: string } | { unreadable: string } {
  try {
    // The decoder also takes a byte order mark away.
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { unreadable: "is not UTF-8 text; save it as UTF-8" };
  }
}

function explainReading(code: string | undefined): string {
  if (code === "ENOENT") return "does not exist";
  if (code === "EACCES" || code === "EPERM") return "may not be read by this user";
  return `cannot be read (${code ?? "unknown error"})`;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    // Present but out of reach is found: reading it then says why, instead of a file further up being taken.
    (error: NodeJS.ErrnoException) => error.code !== "ENOENT" && error.code !== "ENOTDIR",
  );
}

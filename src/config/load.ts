import { resolve } from "node:path";
import { excerpt } from "../contract/redact.js";
import { inconsistencies } from "./consistency.js";
import { explainIssues } from "./issues.js";
import { type ConfigProblem, parseText } from "./parse.js";
import { readConfigText } from "./read.js";
import { type Config, configSchema } from "./schema.js";

export { findConfig } from "./find.js";

/** A configuration, or why its file has no text to read, or everything that is wrong with that. */
export type Loaded =
  | { ok: true; path: string; config: Config }
  | { ok: false; path: string; unreadable: string }
  | { ok: false; path: string; problems: ConfigProblem[] };

/** Reads and checks one file. Never throws. */
export async function loadConfig(path: string): Promise<Loaded> {
  const absolute = resolve(path);
  const text = await readConfigText(absolute);
  if ("unreadable" in text) return { ok: false, path: absolute, unreadable: text.unreadable };
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

import { type ShellWord, shellWords } from "./shell-words.js";

/** A command line up to the cursor, without the program's name. */
export interface Request {
  /** Whole words, as the program would get them. */
  before: string[];
  /** What stands of the word at the cursor. */
  current: string;
  /** bash alone: how the word was typed, and which part of it bash replaces. */
  typed?: ShellWord & { replaced: string };
}

/**
 * What a completion script says: `-- WORDS`, whose last is the one at the cursor, or `--line LINE REPLACED` as bash has them.
 * Undefined where it is something else.
 */
export function parseRequest(argv: readonly string[]): Request | undefined {
  const [kind, ...rest] = argv;
  if (kind === "--") return { before: rest.slice(0, -1), current: rest.at(-1) ?? "" };
  const [line, replaced] = rest;
  if (kind !== "--line" || line === undefined || replaced === undefined) return undefined;
  // The program's own name is the first, whatever it was typed as.
  const words = shellWords(line).slice(1);
  const last = words.at(-1);
  if (last === undefined) return undefined;
  return {
    before: words.slice(0, -1).map(({ text }) => text),
    current: last.text,
    typed: { ...last, replaced },
  };
}

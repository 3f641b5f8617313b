import { wrap } from "./text.js";
import { columnsOf } from "./width.js";

/** Every command that is recommended; those that have others below them first. A test compares it with the tree. */
export const recommendable = [
  "snapshot create",
  "snapshot list",
  "snapshot wait",
  "snapshot prune",
  "snapshot restore",
  "snapshot",
  "status",
  "run",
  "fix-history",
  "attach",
  "runs",
  "logs",
  "init",
  "doctor",
  "deploy",
  "create",
  "lint",
  "local",
];

// Not `migrate-remote local is stopping`, which is no command, nor help, which is the same whoever asks.
const recommended = new RegExp(
  String.raw`(?<![\w/.@-])migrate-remote (${recommendable.join("|")})(?=$|[\s.,;)\`\u001b])(?! --help)(?<! local(?= [a-z]))`,
  "g",
);

/** What a command line said of whom to ask, as a shell reads it; empty texts where it said nothing. */
export interface Given {
  /** ` --config ci.json --region eu-west-1` */
  words: string;
  /** ` --stage dev`, for commands that name no stage. */
  stage: string;
}

/**
 * The commands in a text as they are to be typed by whoever typed this one: with what its command line said of whom to ask. A text that has
 * it already stays as it is.
 */
export function completeCommands(text: string, given: Given): string {
  if (isNothing(given)) return text;
  return text.replace(recommended, (command, name: string, at: number) => {
    const rest = text.slice(at + command.length);
    const words = rest.startsWith(given.words) ? "" : given.words;
    const stage = stageless.has(name) || namesStage.test(rest) ? "" : given.stage;
    return command + words + stage;
  });
}

/** They are about the repository. */
const stageless = new Set(["init", "create", "lint"]);

/** Up to where the command ends, or beyond it: none too many is added. */
const namesStage = /^(?:(?!migrate-remote |[.;](?: |$))[^`\n])*? (?:--stage|-s) /;

function isNothing({ words, stage }: Given): boolean {
  return words === "" && stage === "";
}

/** The fields of results, errors and events that name a command. */
const fields = new Set(["hint", "fix", "command", "restoreCommand", "next"]);

/** The same in data: in the fields that are there for it, so that no migration, no log line and no file is touched. */
export function completeFields<T>(value: T, given: Given): T {
  return isNothing(given) ? value : (inside(value, given, false) as T);
}

function inside(value: unknown, given: Given, isTold: boolean): unknown {
  if (typeof value === "string") return isTold ? completeCommands(value, given) : value;
  if (Array.isArray(value)) return value.map((one) => inside(one, given, isTold));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, inside(inner, given, fields.has(key))]),
  );
}

/** The same in text that is laid out already: a line that becomes too long has its command on a line of its own. */
export function completeLines(text: string, given: Given, columns: number): string {
  if (isNothing(given)) return text;
  return text
    .split("\n")
    .map((line) => completeLine(line, given, columns))
    .join("\n");
}

function completeLine(line: string, given: Given, columns: number): string {
  // Comments of SQL and headings of Markdown are nobody's next command.
  if (/^\s*(--|#)/.test(line)) return line;
  const completed = completeCommands(line, given);
  const [lead = ""] = /^ */.exec(line) ?? [];
  if (completed === line || columnsOf(completed) <= columns || isAlone.test(line)) return completed;
  const text = wrap(completed.slice(lead.length), columns - lead.length);
  return lead + text.replaceAll("\n", `\n${lead}`);
}

const isAlone = /^\s*(?:\u001b\[\d+m)*migrate-remote /;

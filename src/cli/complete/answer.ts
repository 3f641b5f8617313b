import type { Argument, Command, Option } from "commander";
import type { Host } from "../host.js";
import type { Answer, Candidate } from "./candidate.js";
import { optionsOf, type Position, positionAt } from "./position.js";
import { answerText } from "./print.js";
import { parseRequest, type Request } from "./request.js";
import { sources } from "./sources.js";

/** Somebody waits for a key to do something: what is not known by then is left out. */
const patienceMs = 1_500;

/** What the host is asked for here. */
export type Surroundings = Pick<Host, "env" | "cwd">;

/**
 * `complete -- WORDS` and `complete --line LINE REPLACED`, which the completion scripts call: one line that says of what kind the rest is, then
 * a candidate a line, with a tab and a few words on it. Nothing is executed, nothing is asked over a network, and nothing ever fails: where
 * nothing is known, nothing is offered.
 */
export async function answer(argv: readonly string[], program: Command, host: Surroundings): Promise<string> {
  const request = parseRequest(argv);
  if (request === undefined) return answerText({ kind: "words", prefix: "", candidates: [] });
  const known = found(program, request, host).catch((): Answer => nothing);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Answer>((resolve) => {
    timer = setTimeout(() => resolve(nothing), patienceMs);
  });
  const first = await Promise.race([known, late]);
  clearTimeout(timer);
  return answerText(first, request);
}

const nothing: Answer = { kind: "words", prefix: "", candidates: [] };

async function found(program: Command, { before, current }: Request, host: Surroundings): Promise<Answer> {
  const position = positionAt(program, before, current);
  const { due } = position;
  if (due.kind === "value") return valuesOf(due.of, due.prefix, position, host);
  if (due.kind === "nothing") return nothing;
  if (due.kind === "option") return words(optionNames(position));
  // A command's name stands first; what is said before it are options of all commands.
  const commands = due.argument === undefined ? commandNames(position) : [];
  if (commands.length > 0) return words(commands);
  if (due.argument === undefined) return words(optionNames(position));
  return valuesOf(due.argument, "", position, host);
}

async function valuesOf(
  of: Option | Argument,
  prefix: string,
  position: Position,
  host: Surroundings,
): Promise<Answer> {
  const kind = kindOf(of);
  if (kind === "file" || kind === "folder")
    return { kind: kind === "file" ? "files" : "folders", prefix, candidates: [] };
  const choices = of.argChoices?.map((value): Candidate => ({ value }));
  const candidates = choices ?? (await sources[kind]?.(position, host)) ?? [];
  return {
    kind: "words",
    prefix,
    candidates: candidates.map((one) => ({ ...one, value: `${prefix}${one.value}` })),
  };
}

/** What stands between the brackets of the tree: `--stage <name>` says less than `--stage <stage>`. */
export function kindOf(of: Option | Argument): string {
  const [, kind = ""] =
    "flags" in of ? (/[<[]([^>\]]+?)(?:\.\.\.)?[>\]]/.exec(of.flags) ?? []) : ["", of.name()];
  return kind;
}

function words(candidates: Candidate[]): Answer {
  return { kind: "words", prefix: "", candidates };
}

function optionNames({ command, given }: Position): Candidate[] {
  return optionsOf(command)
    .filter(({ long, variadic }) => long !== undefined && (variadic || !given.has(long)))
    .map(({ long, description }) => ({ value: long ?? "", about: description }));
}

function commandNames({ command }: Position): Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((one) => ({ value: one.name(), about: one.description() }));
}

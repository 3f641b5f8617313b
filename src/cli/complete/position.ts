import type { Argument, Command, Option } from "commander";

/** What may stand at the cursor. */
export interface Position {
  program: Command;
  /** The innermost command that was named. */
  command: Command;
  due: /** `--stage |`, `--stage=|`: `prefix` is what of the word is the option's own. */
    | { kind: "value"; of: Option; prefix: string }
    | { kind: "option" }
    /** Behind `--`, where the command takes nothing more. */
    | { kind: "nothing" }
    /** A command's name, else what the command takes. */
    | { kind: "word"; argument?: Argument };
  /** Options that stand before the cursor, by their long names, each with what it was given. */
  given: ReadonlyMap<string, string>;
}

/** Reads the words before the cursor as the parser would, without minding what is wrong with them. */
export function positionAt(program: Command, before: readonly string[], current: string): Position {
  const given = new Map<string, string>();
  let command = program;
  let awaited: Option | undefined;
  let optionsEnded = false;
  let words = 0;
  for (const word of before) {
    if (awaited !== undefined && !(awaited.optional && word.startsWith("-"))) {
      given.set(nameOf(awaited), word);
      awaited = undefined;
    } else if (!optionsEnded && word === "--") optionsEnded = true;
    else if (!optionsEnded && word.startsWith("-") && word !== "-") {
      const found = readOption(command, word);
      if (found !== undefined) given.set(nameOf(found.option), found.value ?? "");
      awaited = found?.value === undefined && takesValue(found?.option) ? found?.option : undefined;
    } else {
      awaited = undefined;
      const below = words === 0 ? commandOf(command, word) : undefined;
      if (below === undefined) words += 1;
      command = below ?? command;
    }
  }
  const due = dueOf({ command, awaited, optionsEnded, words, current });
  return { program, command, due, given };
}

interface State {
  command: Command;
  awaited: Option | undefined;
  optionsEnded: boolean;
  /** Words so far that are neither options nor commands. */
  words: number;
  current: string;
}

function dueOf({ command, awaited, optionsEnded, words, current }: State): Position["due"] {
  // What an option may be given, or not, does not begin like an option.
  if (awaited?.required || (awaited?.optional && current !== "" && !current.startsWith("-")))
    return { kind: "value", of: awaited, prefix: "" };
  if (!optionsEnded && current.startsWith("-")) {
    const [, name = "", value] = /^(--[^=]+)=(.*)$/s.exec(current) ?? [];
    const of = value === undefined ? undefined : optionOf(command, name);
    return of !== undefined && takesValue(of)
      ? { kind: "value", of, prefix: `${name}=` }
      : { kind: "option" };
  }
  const argument = command.registeredArguments[words] ?? variadic(command);
  if (optionsEnded && argument === undefined) return { kind: "nothing" };
  return { kind: "word", ...(argument === undefined ? {} : { argument }) };
}

/** Every option that may be written behind the command: its own, those above it, and those of what it does by itself. */
export function optionsOf(command: Command): Option[] {
  const chain: Command[] = [];
  for (let one: Command | null = command; one !== null; one = one.parent) chain.push(one);
  const byItself = defaultOf(command);
  const all = [...(byItself === undefined ? [] : [byItself]), ...chain];
  return all.flatMap((one) => [...one.createHelp().visibleOptions(one)]);
}

/** The command of this name below this one. `help` has no action, and stands in no list of commander's. */
function commandOf(command: Command, name: string): Command | undefined {
  return command.createHelp().visibleCommands(command).find(isCalled(name));
}

function isCalled(name: string): (command: Command) => boolean {
  return (command) => command.name() === name || command.aliases().includes(name);
}

/** `snapshot` alone is `snapshot create`; commander has no question for that. */
function defaultOf(command: Command): Command | undefined {
  const { _defaultCommandName: name } = command as Command & { _defaultCommandName?: string | null };
  return name ? command.commands.find(isCalled(name)) : undefined;
}

function optionOf(command: Command, name: string): Option | undefined {
  return optionsOf(command).find(({ short, long }) => name === long || name === short);
}

/** `--stage`, `--stage=dev`, `-s`, `-sdev`, `-qs`. `value` is there where the word itself has it. */
function readOption(command: Command, word: string): { option: Option; value?: string } | undefined {
  const [, long, value] = /^(--[^=]+)(?:=(.*))?$/s.exec(word) ?? [];
  const option = optionOf(command, long ?? word.slice(0, 2));
  if (option === undefined) return undefined;
  const rest = long === undefined ? word.slice(2) : "";
  if (rest !== "" && !takesValue(option)) return readOption(command, `-${rest}`);
  const own = value ?? (rest === "" ? undefined : rest);
  return own === undefined ? { option } : { option, value: own };
}

function takesValue(option: Option | undefined): boolean {
  return option !== undefined && (option.required || option.optional);
}

function variadic({ registeredArguments }: Command): Argument | undefined {
  return registeredArguments.find((argument) => argument.variadic);
}

function nameOf({ long, flags }: Option): string {
  return long ?? flags;
}

// The reference of the commands, made from the tree that parses them, so that it cannot say something else.
import type { Command, Help, Option } from "commander";
import { exitCodes } from "../src/cli/exit-code.js";
import { buildProgram, type Printer } from "../src/cli/program.js";

/** The commander tree, and what it has printed so far. Nothing in it is carried out. */
export function programToRead(): { program: Command; printed: () => string } {
  const texts: string[] = [];
  const printer: Printer = { version: "", width: () => undefined, print: (text) => void texts.push(text) };
  return { program: buildProgram(printer, async () => {}), printed: () => texts.join("") };
}

/** A command and all below it, each with its path: `snapshot create`. The program's own is empty. */
export function commandsBelow(command: Command, path: string[] = []): [string, Command][] {
  const below = command.commands.flatMap((one) => commandsBelow(one, [...path, one.name()]));
  return [[path.join(" "), command], ...below];
}

/** The text of docs/commands.md. */
export function commandsReference(): string {
  const [root, ...commands] = commandsBelow(programToRead().program);
  if (root === undefined) throw new Error("A program has at least itself.");
  const [, program] = root;
  return `${[
    "# Commands",
    "`npm run docs` makes this page from what parses the command line. `migrate-remote help run` prints the same of `run`.",
    table(
      ["command", "does"],
      commands.map(([path, one]) => [`[\`${path}\`](#${path.replaceAll(" ", "-")})`, one.description()]),
    ),
    "## Every command",
    options(program),
    "## Exit codes",
    table(["exit code", "means"], Object.entries(exitCodes)),
    ...commands.flatMap(([path, one]) => section(path, one)),
  ].join("\n\n")}\n`;
}

function section(path: string, command: Command): string[] {
  const help = command.createHelp();
  const takes = help
    .visibleArguments(command)
    .map((one) => [`\`${help.argumentTerm(one)}\``, help.argumentDescription(one)]);
  return [
    `## ${path}`,
    `${command.description()}.`.replace(/^./, (letter) => letter.toUpperCase()),
    fenced("text", [help.commandUsage(command)]),
    ...(takes.length === 0 ? [] : [table(["argument", "means"], takes)]),
    ...(own(help, command).length === 0 ? [] : [options(command)]),
    fenced("sh", examplesOf(path)),
  ];
}

function options(command: Command): string {
  const help = command.createHelp();
  return table(
    ["option", "means"],
    own(help, command).map((option) => [`\`${help.optionTerm(option)}\``, help.optionDescription(option)]),
  );
}

/** Help is every command's, and is told once, with the program's own options. */
function own(help: Help, command: Command): Option[] {
  const all = help.visibleOptions(command);
  return command.parent === null ? all : all.filter(({ long }) => long !== "--help");
}

/** Read from the help as it is printed: commander keeps what stands below the options as text. */
function examplesOf(path: string): string[] {
  const { program, printed } = programToRead();
  const command = commandsBelow(program).find(([one]) => one === path)?.[1];
  command?.outputHelp();
  const [, lines = ""] = /^Examples:\n((?: {2}.*\n)*)/m.exec(printed()) ?? [];
  return lines
    .trimEnd()
    .split("\n")
    .map((line) => line.replace(/^ {2}(\$ )?/, ""));
}

function fenced(language: string, lines: string[]): string {
  return ["```".concat(language), ...lines, "```"].join("\n");
}

function table(headings: string[], rows: string[][]): string {
  return [headings, headings.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n");
}

import { type Command, Option } from "commander";
import type { CommandName } from "./command-name.js";
import { exitCodes } from "./exit-code.js";
import type { DeclareOptions } from "./late-options.js";

/** Adds a command with its description, its examples and what declares its options. Its path tells below which command it stands. */
export type AddCommand = (
  name: CommandName,
  description: string,
  examples: string[],
  options?: DeclareOptions,
  settings?: { isDefault?: boolean },
) => Command;

/** What a terminal has at least. */
const columns = 80;

/** Lines to type. What is said about one stands behind it, and above it where both are too long for a line. */
export function examples(lines: string[]): string {
  const shown = lines.flatMap((line) => {
    if (line.length + 4 <= columns) return [`  $ ${line}`];
    const [command = "", remark] = line.split(/\s+# /);
    return [...(remark === undefined ? [] : [`  # ${remark}`]), `  $ ${command}`];
  });
  return ["", "Examples:", ...shown, ""].join("\n");
}

export function exitCodeHelp(): string {
  const rows = Object.entries(exitCodes).map(([code, meaning]) => {
    const [first, ...rest] = wrapped(meaning, columns - 7);
    return [`  ${code.padStart(3)}  ${first}`, ...rest.map((line) => `       ${line}`)].join("\n");
  });
  return ["", "Exit codes:", ...rows, ""].join("\n");
}

function wrapped(text: string, width: number): string[] {
  return text.match(new RegExp(`.{1,${width}}(?= |$)`, "g"))?.map((line) => line.trim()) ?? [];
}

export function confirmOption(): Option {
  return new Option(
    "--confirm [phrase]",
    "consent to writing on a protected stage; a phrase must be the stage's",
  );
}

/** What stands behind a write, where the stage's policy is not to be taken as it is. */
export function addSafeguards(command: Command): Command {
  return command
    .option("--reuse-snapshot <age>", "a snapshot no older than this will do, such as 30m")
    .option("--skip-snapshot", "go without the snapshot that the stage asks for; takes --reason")
    .option("--reason <text>", "with --skip-snapshot: why; it is kept with the run")
    .option("--snapshot-timeout <time>", "how long a snapshot may take (default: 4h)");
}

/** `run [options]`, `logs [options]`, `attach <run-id>`: how a command stands in the list of commands. */
export function termOf(command: Command, hasOptions: boolean): string {
  const values = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  return [command.name(), ...(hasOptions ? ["[options]"] : []), ...values].join(" ");
}

import type { Command } from "commander";
import { type Host, processHost } from "./cli/host.js";
import { processStreams } from "./cli/process-streams.js";
import { keepCompiled } from "./compiled/keep.js";

export { type Host, keepCompiled, processHost, processStreams };

/** Runs one command line and says how it ended. Help loads nothing but the parser, and a version not even that. */
export async function run(argv: readonly string[], host: Host): Promise<number> {
  // The commands and their options need not be there for it.
  if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) {
    host.print(`${host.version}\n`);
    return 0;
  }
  const { buildProgram, CommanderError } = await import("./cli/program.js");
  if (argv[0] === "complete") {
    const program = buildProgram(host, async () => {});
    // What completion scripts ask for at each press of a key; no command for people.
    const { answer } = await import("./cli/complete/answer.js");
    host.print(await answer(argv.slice(1), program, host));
    return 0;
  }
  let exitCode = 0;
  const program = buildProgram(host, async (command, options, args) => {
    const { runCommand } = await import("./cli/run-command.js");
    exitCode = await runCommand({ command, options, args }, host);
  });
  if (argv.length === 0) {
    program.outputHelp();
    return 2;
  }
  try {
    await program.parseAsync(argv, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    if (error instanceof CommanderError && error.code === "commander.help")
      return noCommand(program, argv, host);
    const { misusedCommand, printFailure } = await import("./cli/run-command.js");
    const flags = {
      json: argv.includes("--json"),
      verbose: argv.includes("--verbose"),
      color: !argv.includes("--no-color"),
    };
    const command = commandIn(program, argv);
    const failure = error instanceof CommanderError ? misusedCommand(error.message, command) : error;
    return await printFailure(failure, flags, host, command);
  }
}

/** `snapshot prune`: the names at the beginning of the command line, as far as they are names. */
function commandIn(program: Command, [name, ...rest]: readonly string[]): string | undefined {
  const command = program.commands.find((one) => one.name() === name);
  if (command === undefined) return undefined;
  return [command.name(), commandIn(command, rest)].filter((part) => part !== undefined).join(" ");
}

function noCommand(program: Command, argv: readonly string[], host: Host): number {
  if (argv.includes("--json")) {
    const error = { code: "usage", message: "No command was given.", hint: "See migrate-remote --help." };
    host.print(`${JSON.stringify({ error, exitCode: 2 }, null, 2)}\n`);
  } else program.outputHelp();
  return 2;
}

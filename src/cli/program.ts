import { Command } from "commander";
import type { CommandName } from "./command-name.js";
import { type AddCommand, addSafeguards, confirmOption, examples, exitCodeHelp, termOf } from "./help.js";
import type { Host } from "./host.js";
import { declareLate } from "./late-options.js";
import { addCompletionCommand } from "./tree/completion.js";
import { addCreateCommand } from "./tree/create.js";
import { addDeployCommand } from "./tree/deploy.js";
import { addDoctorCommand } from "./tree/doctor.js";
import { addInitCommand } from "./tree/init.js";
import { addLintCommand } from "./tree/lint.js";
import { addLocalCommand } from "./tree/local.js";
import { addSnapshotCommands } from "./tree/snapshot.js";

export { CommanderError } from "commander";

/** Carries out one command, chosen by name, with what commander made of its options. */
export type Execute = (
  command: CommandName,
  options: Record<string, unknown>,
  args: string[],
) => Promise<void>;

/** What the parser needs to print help. */
export type Printer = Pick<Host, "version" | "print" | "width">;

/** The commander tree. It only parses: every command is carried out, and loaded, by `execute`. */
export function buildProgram(host: Printer, execute: Execute): Command {
  const withOptions = new Set<Command>();
  const program = new Command("migrate-remote")
    .description("Runs database migrations in a Lambda inside the VPC: one safe, visible, repeatable act.")
    .version(host.version, "-V, --version", "print the version")
    .option("-s, --stage <stage>", "the stage; else MIGRATE_REMOTE_STAGE, else defaultStage of the file")
    .option("--config <file>", "use this file instead of the nearest .migraterc.json")
    .option("--profile <profile>", "AWS profile")
    .option("--region <region>", "AWS region")
    .option("--json", "print one JSON object (logs: one a line), errors too, and nothing else")
    .option("-q, --quiet", "print only the result and warnings")
    .option("--verbose", "print everything, also the cause of an error")
    .option("--no-color", "no colours (also NO_COLOR)")
    .helpOption("-h, --help", "print help")
    .addHelpCommand(
      new Command("help")
        .argument("[command]")
        .description("print help for a command")
        .helpGroup("Set up and diagnose:"),
    )
    .configureHelp({
      showGlobalOptions: true,
      sortOptions: false,
      subcommandTerm: (command) => termOf(command, withOptions.has(command)),
    })
    .configureOutput({
      writeOut: host.print,
      // Errors are printed in one place, by main.
      writeErr: () => {},
      getOutHelpWidth: () => Math.min(host.width() ?? 80, 100),
      // There are none in it that would have to be taken out.
      getOutHasColors: () => true,
    })
    .showSuggestionAfterError(true)
    .exitOverride()
    .addHelpText("after", () => examples(rootExamples) + exitCodeHelp());

  const add: AddCommand = (name, description, lines, options, settings = {}) => {
    const [own, parent] = name.split(" ").reverse();
    const added = (program.commands.find((command) => command.name() === parent) ?? program)
      .command(own ?? name, settings)
      .description(description)
      .exitOverride()
      .addHelpText("after", () => examples(lines))
      .action((...parsed) => {
        const command: Command = parsed[parsed.length - 1];
        return execute(name, command.optsWithGlobals(), command.args);
      });
    if (options !== undefined) {
      declareLate(added, options);
      withOptions.add(added);
    }
    return added;
  };

  program.commandsGroup("Migrate:");
  add(
    "status",
    "what is applied, what is pending, and what state the database is in",
    [
      "migrate-remote status --stage dev",
      "migrate-remote status --all",
      "migrate-remote status --stage prod --exit-code --quiet   # 0 up to date, 3 pending, 4 inconsistent",
    ],
    (command) =>
      command
        .option("--all", "every stage, side by side")
        .option(
          "--exit-code",
          "exit 3 when migrations are pending, 4 when the history is inconsistent, 2 when the contract cannot tell",
        ),
  );

  add(
    "run",
    "apply the pending migrations, once",
    [
      "migrate-remote run --stage dev --dry-run",
      "migrate-remote run --stage dev",
      "migrate-remote run --stage dev --target-revision 004",
      "migrate-remote run --stage prod --confirm",
      "migrate-remote run --stage prod --confirm --reuse-snapshot 30m",
    ],
    (command) =>
      addSafeguards(
        command
          .option("--dry-run", "show the plan with its SQL and execute nothing")
          .option("--target-revision <rev>", "stop at this revision")
          .option("--fix-history", "repair missing migration history first")
          .addOption(confirmOption())
          .option("--out <file>", "with --dry-run: write the plan to a file")
          .option("--plan <file>", "apply exactly the plan in this file, or nothing")
          .option("--wait-lock <time>", "wait so long for the lock that another run holds, such as 5m")
          .option(
            "--require-head [rev]",
            "refuse unless the deployed code has this head revision; without one, the repository's",
          )
          .option("--detach", "hand the run to Lambda and return at once; `attach` rejoins it")
          .option("--allow-destructive", "consent to migrations that destroy data, on a protected stage")
          .option("--without-plan", "consent to a run whose contract has no dry-run, on a protected stage"),
      ),
  );

  add(
    "fix-history",
    "repair the migration history without executing a migration",
    ["migrate-remote fix-history --stage dev", "migrate-remote fix-history --stage dev --revision 004"],
    (command) =>
      addSafeguards(
        command
          .option(
            "--revision <rev>",
            "the history shall say exactly this revision; without it the far side finds out",
          )
          .addOption(confirmOption()),
      ),
  );

  add("attach", "rejoin a run and follow it to its verdict", [
    "migrate-remote attach 20261120T104512Z-9f3c1a7e",
  ]).argument("<run-id>", "the run, as `run` and `runs` print it");

  add(
    "runs",
    "who ran what when, and how it ended",
    [
      "migrate-remote runs --stage dev",
      "migrate-remote runs 20261120T104512Z-9f3c1a7e --stage dev --json",
      "migrate-remote runs --stage prod --stats",
    ],
    (command) =>
      command
        .option("--limit <n>", "how many, newest first (default: 20; with --stats: 1000)")
        .option("--stats", "how long runs take and how many succeed, from the ledger"),
  ).argument("[run-id]", "show this one whole");

  add(
    "logs",
    "the function's log lines",
    [
      "migrate-remote logs --stage dev --since 2h --level warn",
      "migrate-remote logs --stage dev --follow",
      "migrate-remote logs --stage dev --run 20261120T104512Z-9f3c1a7e",
    ],
    (command) =>
      command
        .option("-f, --follow", "keep printing new lines until Ctrl-C; those of one invocation until its end")
        .option(
          "--since <time>",
          "how far back: 90s, 10m, 2h, 7d, or a UTC time (default: 1h; with --follow: now)",
        )
        .option("--until <time>", "up to when, in the same words (default: now)")
        .option("--run <run-id>", "only this run's lines")
        .option("--request-id <id>", "only this invocation's lines")
        .option(
          "--last",
          "only the last run's lines, or the last invocation's where none says that it is a run",
        )
        .option("--filter <text>", "only lines with this text as it stands; CloudWatch filters")
        .option("--grep <regex>", "only lines that match; filtered here, stack traces as a whole")
        .option("--level <level>", "only lines of this level and graver: debug, info, warn, error")
        .option(
          "--raw",
          "messages as they came, those of several lines too, without time and colour of ours",
        ),
  );

  addSnapshotCommands(program, add);
  program.commandsGroup("Write and ship migrations:");
  addCreateCommand(add);
  addLintCommand(add);
  addDeployCommand(add);
  program.commandsGroup("Set up and diagnose:");
  addInitCommand(add);
  addDoctorCommand(add);
  addLocalCommand(add);
  addCompletionCommand(add);
  return program;
}

const rootExamples = [
  "migrate-remote status",
  "migrate-remote run --dry-run",
  "migrate-remote run --stage prod --confirm",
  "migrate-remote snapshot list --stage prod",
  "migrate-remote logs --follow",
];

import type { Context } from "../../cli/context.js";
import { Failure } from "../../contract/failure.js";
import { type AlembicSetting, applyAll } from "../../project/alembic/tool.js";
import { toolCommand } from "../../project/create/command.js";
import type { Project, ProjectEngine } from "../../project/project.js";
import { runProgram } from "../../project/run/spawn.js";

interface ToolWish {
  project: Project;
  top: string;
  /** Compare with a scratch database that has all migrations, not with the one that the project's environment means. */
  local: boolean;
  message: string;
  slug: string;
}

/** Runs the project's tool, shows what it is and what it says, and gives back its words. */
export async function runTool(context: Context, wish: ToolWish): Promise<string[]> {
  const { host } = context;
  const setting = { project: wish.project, top: wish.top, env: host.env };
  const said = (await context.configuration())?.config.create?.command;
  const words = said === undefined ? await toolCommand(setting, wish) : withMessage(said, wish.message);
  if (!wish.local) {
    await runShown(context, words, wish.project, host.env);
    return words;
  }
  return context.withScratch(async ({ url }) => {
    if (wish.project.engine === "alembic")
      await fill({ ...setting, dist: host.dist, signal: context.signal }, url);
    await runShown(context, words, wish.project, { ...host.env, DATABASE_URL: url, DbConnStr: url });
    return words;
  });
}

function withMessage(command: string[], message: string): string[] {
  const words = command.map((word) => word.replaceAll("{message}", () => message));
  return command.some((word) => word.includes("{message}")) ? words : [...words, message];
}

async function fill(setting: AlembicSetting, url: string): Promise<void> {
  const problem = await applyAll(setting, url);
  if (problem === undefined) return;
  throw new Failure(
    "migrations_not_applied",
    `The migrations that are there could not be applied to a scratch database: ${problem.why}. Nothing was made.`,
    {
      hint: "Correct them first: migrate-remote lint --all --round-trip",
    },
  );
}

async function runShown(
  { host, options, signal }: Context,
  words: string[],
  { root: cwd, engine }: Project,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const shown = words.map(typed).join(" ");
  if (!options.quiet) host.stderr.write(`$ ${shown}\n`);
  // Prisma asks questions, and refuses to work where nobody could answer.
  const isInteractive = host.stdin === process.stdin && host.stdin.isTTY === true;
  const onOutput = options.quiet ? undefined : (text: string) => void host.stderr.write(text);
  const end = await runProgram(words, {
    cwd,
    env,
    signal,
    ...(isInteractive ? { interactive: true } : onOutput === undefined ? {} : { onOutput }),
  });
  if (end.exitCode === 0) return;
  const how = end.exitCode === undefined ? "could not be run, or was ended" : `ended with ${end.exitCode}`;
  const last = `${end.stdout}\n${end.stderr}`.trim().split("\n").slice(-5);
  const lines =
    options.quiet && last.some((line) => line !== "")
      ? [":", ...last.map((line) => `  ${line}`)].join("\n")
      : ".";
  throw new Failure("create_failed", `${shown} ${how}${lines}`, {
    hint: `What it says is above. ${hints[engine]}`,
  });
}

const configurable = 'How it is run can be said in .migraterc.json: "create": {"command": [...]}.';

const hints: Record<ProjectEngine, string> = {
  alembic: `Autogenerate compares with a database: --local gives it a scratch one with all migrations. ${configurable}`,
  prisma: `Prisma has to be installed here (npm install --save-dev prisma), and compares with a database: --local gives it a scratch one. ${configurable}`,
  sql: configurable,
};

/** As somebody would type it. */
function typed(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

import { relative } from "node:path";
import type { Context } from "../../cli/context.js";
import { Failure } from "../../contract/failure.js";
import { slugOf } from "../../project/create/slug.js";
import { writeSqlFiles } from "../../project/create/sql-file.js";
import { topOf } from "../../project/git.js";
import type { Project } from "../../project/project.js";
import { projectName } from "../../project/project-name.js";
import { readSource } from "../../project/revisions.js";
import type { CreateResult } from "../../workflow/results/create.js";
import type { CreateOptions } from "../create.js";
import { lint } from "../lint/lint.js";
import { findOrBegin } from "../lint/projects.js";
import { runTool } from "./run-tool.js";

/** Makes a migration, with the project's own tool or as the next numbered file, and has `lint` review it. */
export async function create(context: Context, wish: CreateOptions, message: string): Promise<CreateResult> {
  const { host } = context;
  const slug = slugOf(message);
  refuseMessage(message, slug);
  const project = await oneProject(context, wish);
  const top = (await topOf(host.cwd, host.env)) ?? host.cwd;
  const before = await readSource(project);
  const ran =
    project.engine === "sql"
      ? await writeFiles(project, before.revisions, { slug, message, now: host.now() })
      : await runTool(context, { project, top, local: wish.local, message, slug });
  const after = await readSource(project);
  const known = new Set(before.revisions.map(({ file }) => file));
  const made = after.revisions.filter(({ file }) => !known.has(file));
  const revisions = made.map(({ revision }) => revision);
  const reviewed = made.length === 0 ? undefined : await review(context, project, revisions);
  const localStage = await stageOnThisMachine(context);
  return {
    command: "create",
    engine: project.engine,
    message,
    outcome: made.length === 0 ? "nothing_to_do" : "created",
    ...(ran === undefined ? {} : { ran }),
    revisions,
    files: made.map(({ file }) => relative(host.cwd, file)),
    // A numbered file is still to be written.
    findings: (reviewed?.findings ?? []).filter(
      ({ rule }) => project.engine !== "sql" || rule !== "empty-migration",
    ),
    ...(localStage === undefined ? {} : { localStage }),
    folder: reviewed?.folder ?? "",
  };
}

function refuseMessage(message: string, slug: string | undefined): asserts slug is string {
  const problem =
    slug === undefined
      ? "has no letter that a file's name could have"
      : message.startsWith("-")
        ? "begins with a dash, which tools take for an option"
        : /\p{Cc}/u.test(message)
          ? "has a line break or another control character"
          : message.length > 200
            ? "is longer than 200 characters"
            : undefined;
  if (problem === undefined) return;
  throw new Failure("message", `The message ${problem}.`, {
    category: "usage",
    hint: 'Say what changes: migrate-remote create "add notifications table"',
  });
}

async function oneProject(context: Context, { engine }: CreateOptions): Promise<Project> {
  const projects = await findOrBegin(context, engine);
  const [project] = projects;
  if (project !== undefined && projects.length === 1) return project;
  const where = projects.map((one) => `  ${projectName(one, context.host.cwd)}`);
  throw new Failure(
    "several_projects",
    [`There are ${projects.length} sets of migrations here:`, ...where].join("\n"),
    {
      category: "usage",
      hint: "Say which with --engine, or change to the folder of one.",
    },
  );
}

async function writeFiles(
  { migrations }: Project,
  revisions: Parameters<typeof writeSqlFiles>[1],
  wish: Parameters<typeof writeSqlFiles>[2],
): Promise<undefined> {
  await writeSqlFiles(migrations, revisions, wish);
}

function review(context: Context, { engine }: Project, revisions: string[]) {
  return lint(context, { engine, all: false, strict: false, roundTrip: false, revisions });
}

async function stageOnThisMachine({ configuration }: Context): Promise<string | undefined> {
  const stages = Object.entries((await configuration())?.config.stages ?? {});
  return stages.find(([, stage]) => stage.local !== undefined)?.[0];
}

import { join } from "node:path";
import * as z from "zod";
import type { Project } from "../project.js";
import { type Launcher, pythonWithAlembic } from "../run/python.js";
import { runProgram } from "../run/spawn.js";

/** Where and how the project's own Alembic is run. */
export interface AlembicSetting {
  project: Project;
  /** Where looking for its Python ends. */
  top: string;
  env: Readonly<Record<string, string | undefined>>;
  /** The folder of the built program. */
  dist: string;
  signal: AbortSignal;
}

const rendering = z.object({
  migrations: z.array(
    z.object({
      revision: z.string(),
      transactional: z.boolean(),
      sql: z.string().optional(),
      why: z.string().optional(),
    }),
  ),
});

/** A revision's SQL, or why it cannot be written without executing it. */
export type Rendered = z.output<typeof rendering>["migrations"][number];

const failure = z.object({
  during: z.enum(["up", "down", "again"]),
  message: z.string(),
  line: z.int().optional(),
});

const trips = z.object({
  trips: z.array(
    z.object({
      revision: z.string(),
      error: failure.optional(),
      /** What is otherwise than before, once it went up and down. */
      down: z.array(z.string()).optional(),
      /** What is otherwise than after the first time up. */
      again: z.array(z.string()).optional(),
    }),
  ),
  /** Where nothing behind it could be tried. */
  stopped: failure.extend({ revision: z.string() }).optional(),
});

export type Trips = z.output<typeof trips>;

const failed = z.object({ error: z.string() });

/** Nobody listens there: offline nothing is connected to. */
const nowhere = "postgresql://offline@127.0.0.1:9/offline";

/** What Alembic writes for each revision in offline mode. */
export async function renderRevisions(
  setting: AlembicSetting,
  revisions: string[],
): Promise<Rendered[] | { why: string }> {
  const answer = await ask(setting, rendering, { action: "render", url: nowhere, revisions });
  return "why" in answer ? answer : answer.migrations;
}

/** Each revision up, down and up again in the database behind the URL, which must be empty and nobody's. */
export function roundTrips(
  setting: AlembicSetting,
  url: string,
  revisions: string[],
): Promise<Trips | { why: string }> {
  return ask(setting, trips, { action: "round-trip", url, revisions });
}

/** Applies every revision to the database behind the URL, which must be empty and nobody's. Why it could not, else nothing. */
export async function applyAll(setting: AlembicSetting, url: string): Promise<{ why: string } | undefined> {
  const answer = await ask(setting, trips, { action: "to-the-head", url, revisions: [] });
  if ("why" in answer) return answer;
  const { stopped } = answer;
  return stopped === undefined
    ? undefined
    : { why: `${stopped.revision} cannot be applied: ${stopped.message}` };
}

async function ask<T extends z.ZodType>(
  setting: AlembicSetting,
  schema: T,
  order: { action: string; url: string; revisions: string[] },
): Promise<z.output<T> | { why: string }> {
  const { project, top, env, dist, signal } = setting;
  if (!/\.(?:ini|toml)$/.test(project.evidence)) return { why: "there is no alembic.ini to run it with" };
  const python: Launcher | { why: string } = await pythonWithAlembic(project.root, top, env);
  if ("why" in python) return python;
  const input = JSON.stringify({ ...order, root: project.root, ini: project.evidence });
  const options = { cwd: project.root, env, input, signal, timeout: 10 * 60_000 };
  const { stdout, stderr } = await runProgram([...python.argv, join(dist, "alembic_tool.py")], options);
  const said = parse(stdout);
  const problem = failed.safeParse(said);
  if (problem.success) return { why: problem.data.error };
  const answer = schema.safeParse(said);
  return answer.success ? answer.data : { why: lastLine(stderr) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)?.trim() || "Alembic ended without an answer";
}

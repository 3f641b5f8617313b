import { relative } from "node:path";
import type { Context } from "../../cli/context.js";
import { Failure } from "../../contract/failure.js";
import { firstSqlProject, waysToBegin } from "../../project/begin.js";
import type { Project, ProjectEngine } from "../../project/project.js";
import { recogniseProjects } from "../../project/recognise.js";

/** The sets of migrations in the working directory, or those of one engine. Maps in code are none: their files are code. */
export async function findProjects(
  { host }: Pick<Context, "host">,
  engine: ProjectEngine | undefined,
): Promise<Project[]> {
  const all = await recogniseProjects(host.cwd);
  const found = all.filter(({ inline }) => inline !== true);
  const wanted = found.filter((project) => engine === undefined || project.engine === engine);
  if (wanted.length > 0) return wanted;
  const others = [...new Set(found.map((project) => project.engine))];
  const map = all.find((project) => project.inline === true && project.engine === (engine ?? "sql"));
  if (map !== undefined) throw onlyInCode(relative(host.cwd, map.evidence));
  throw others.length === 0 ? noMigrations(host.cwd) : onlyOthers(host.cwd, engine, others);
}

/** A repository without any migrations is where numbered files may begin. */
export async function findOrBegin(
  context: Pick<Context, "host">,
  engine: ProjectEngine | undefined,
): Promise<Project[]> {
  try {
    return await findProjects(context, engine);
  } catch (error) {
    const isBare = error instanceof Failure && error.code === noMigrationsCode;
    if (engine === "sql" && isBare) return [firstSqlProject(context.host.cwd)];
    throw error;
  }
}

const noMigrationsCode = "no_migrations";

function noMigrations(folder: string): Failure {
  const said = `There are no migrations in ${folder}: no alembic.ini, no schema.prisma, no NNN_name.sql.`;
  return new Failure(noMigrationsCode, said, {
    category: "usage",
    hint: `Change to the project's folder. ${waysToBegin}`,
  });
}

function onlyOthers(folder: string, engine: string | undefined, others: ProjectEngine[]): Failure {
  const message = `There are no ${engine} migrations in ${folder}, only those of ${others.join(" and ")}.`;
  const hint = `Leave --engine out, or say --engine ${others[0]}.`;
  return new Failure("no_migrations_of_engine", message, { category: "usage", hint });
}

function onlyInCode(file: string): Failure {
  return new Failure(
    "migrations_in_code",
    `The migrations here are a map in the code, in ${file}: there are no files of theirs to review, or to put another one beside.`,
    { category: "usage", hint: "Write the next one into that map." },
  );
}

import type { Context } from "../../cli/context.js";
import { Failure } from "../../contract/failure.js";
import type { Project, ProjectEngine } from "../../project/project.js";
import { recogniseProjects } from "../../project/recognise.js";

/** The sets of migrations in the working directory, or those of one engine. Maps in code are none: their files are code. */
export async function findProjects({ host }: Context, engine: ProjectEngine | undefined): Promise<Project[]> {
  const found = (await recogniseProjects(host.cwd)).filter(({ inline }) => inline !== true);
  const wanted = found.filter((project) => engine === undefined || project.engine === engine);
  if (wanted.length > 0) return wanted;
  const others = [...new Set(found.map((project) => project.engine))].join(" and ");
  throw new Failure(
    "no_migrations",
    others === ""
      ? `There are no migrations in ${host.cwd}: no alembic.ini, no schema.prisma, no NNN_name.sql.`
      : `There are no ${engine} migrations in ${host.cwd}, only those of ${others}.`,
    {
      category: "usage",
      hint:
        others === ""
          ? "Change to the project's folder."
          : `Leave --engine out, or say --engine ${found[0]?.engine}.`,
    },
  );
}

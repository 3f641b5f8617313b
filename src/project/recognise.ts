import { join } from "node:path";
import type { Project } from "./project.js";
import { findAlembic } from "./recognise/alembic.js";
import type { Found } from "./recognise/found.js";
import { findPrisma } from "./recognise/prisma.js";
import { findInlineMaps, findSql } from "./recognise/sql.js";
import { type Survey, surveyFolder } from "./survey.js";

/**
 * Every set of migrations in a repository, those nearest to its root first, maps in the code last. Files are read and nothing is executed.
 * How deep and how much is looked at is bounded.
 */
export async function recogniseProjects(folder: string): Promise<Project[]> {
  return projectsIn(await surveyFolder(folder));
}

export async function projectsIn(survey: Survey): Promise<Project[]> {
  const alembic = await findAlembic(survey);
  const prisma = await findPrisma(survey);
  const sql = findSql(survey, [...alembic, ...prisma]);
  const files = [...alembic, ...prisma, ...sql].sort((a, b) => depthOf(a) - depthOf(b));
  return [...files, ...(await findInlineMaps(survey))].map((found) => absolute(survey.root, found));
}

function depthOf({ root }: Found): number {
  return root === "" ? 0 : root.split("/").length;
}

function absolute(top: string, { further, ...found }: Found): Project {
  return {
    ...found,
    root: join(top, found.root),
    migrations: join(top, found.migrations),
    evidence: join(top, found.evidence),
    ...(further === undefined ? {} : { furtherMigrations: further.map((folder) => join(top, folder)) }),
  };
}

import { join } from "node:path";
import type { Project, ProjectEngine } from "./project.js";

/** Where numbered SQL begins in a repository that has no migrations yet. */
export function firstSqlProject(folder: string): Project {
  const migrations = join(folder, "migrations");
  return { engine: "sql", root: folder, migrations, evidence: migrations };
}

const firstSql = '  migrate-remote create --engine sql "create accounts"';

/** For people: how a repository comes to its first migrations. */
export const waysToBegin = `A first migration is made by\n${firstSql}\nor with alembic init, or with npx prisma init.`;

/** The same for who knows the engine, and what was looked for. */
export const waysToBeginWith: Record<ProjectEngine, string> = {
  alembic:
    "Looked for an alembic.ini, or what pyproject.toml says of Alembic; alembic init alembic makes one.",
  prisma: "Looked for a schema.prisma; npx prisma init makes one.",
  sql: `Looked for files NNN_name.sql in a folder such as migrations. A first migration is made by\n${firstSql}`,
};

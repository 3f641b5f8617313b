/** A kind of migrations that a repository has. `alembic` covers Flask-Migrate, which is Alembic. */
export type ProjectEngine = "alembic" | "prisma" | "sql";

/** One set of migrations found in a repository. */
export interface Project {
  engine: ProjectEngine;
  /** Absolute: where the tool is run from, such as the folder of `alembic.ini` or of `package.json`. */
  root: string;
  /** Absolute: the folder of the migrations themselves (`versions/`, `prisma/migrations/`, `migrations/`). It may not exist yet. */
  migrations: string;
  /** Absolute: the file that gave it away: `alembic.ini`, `schema.prisma`, the first SQL file. */
  evidence: string;
  /** Absolute: where Alembic's `version_locations` names several folders, those after the first. */
  furtherMigrations?: string[];
  /** Alembic's `recursive_version_locations`: migrations stand in folders below as well. */
  recursive?: boolean;
  /** Driven through `flask db` with Flask-Migrate. */
  flask?: boolean;
  /** No files: the migrations are a map in the source of a Lambda, which is `evidence`; `migrations` is its folder. */
  inline?: boolean;
}

/** One migration of the repository, as its files say it; nothing is executed to learn it. */
export interface SourceRevision {
  /** Alembic: the revision's id. Prisma: the folder's name. SQL: the file's name without `.sql`. */
  revision: string;
  /** Revisions that must come before: none for the first. A merge has several. */
  downRevisions: string[];
  /** Alembic: revisions of other branches that must come before as well. */
  dependsOn?: string[];
  /** Its slug or message, for people. */
  name: string;
  /** Absolute. Prisma: `migration.sql`. */
  file: string;
}

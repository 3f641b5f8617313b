import { relative } from "node:path";
import { Failure } from "../contract/failure.js";
import type { Project, SourceRevision } from "./project.js";
import { readAlembic } from "./sources/alembic.js";
import { readPrisma, readSql } from "./sources/folders.js";
import { neededBy } from "./sources/order.js";
import type { RevisionSource } from "./sources/source.js";

/** The repository's migrations, each behind those that it needs, and what could not be read as one. Nothing is executed. */
export async function readSource(project: Project): Promise<RevisionSource> {
  if (project.inline === true) {
    const message = "its migrations are a map in the code, which only running it would tell";
    return { revisions: [], unreadable: [{ file: project.evidence, message }] };
  }
  if (project.engine === "alembic") return readAlembic(project);
  return project.engine === "prisma" ? readPrisma(project) : readSql(project);
}

/** The same for whoever needs all of them: with a file that cannot be read nobody knows the heads. */
export async function readRevisions(project: Project): Promise<SourceRevision[]> {
  const { revisions, unreadable } = await readSource(project);
  if (unreadable.length === 0) return revisions;
  const lines = unreadable.map(({ file, line, message }) => {
    return `  ${relative(project.root, file)}${line === undefined ? "" : `:${line}`}: ${message}`;
  });
  throw new Failure(
    "revisions_unreadable",
    [`Migrations of ${project.root} cannot be read:`, ...lines].join("\n"),
    {
      category: "usage",
      hint: "Write `revision` and `down_revision` out, as Alembic does; what is no migration belongs elsewhere.",
    },
  );
}

/** The revisions that no other one needs, sorted: what the far side calls its heads. */
export function headsOf(revisions: SourceRevision[]): string[] {
  const needed = new Set(revisions.flatMap(neededBy));
  return [...new Set(revisions.map(({ revision }) => revision))].filter((one) => !needed.has(one)).sort();
}

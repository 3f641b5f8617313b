import { join } from "node:path";
import { isMigrationFile, naturalCompare, revisionOfFile } from "../../contract/sql/numbers.js";
import { exists } from "../exists.js";
import type { Project, SourceRevision } from "../project.js";
import { entriesOf } from "./files.js";
import type { RevisionSource } from "./source.js";

/** Prisma's migrations: the folders that have a `migration.sql`, in the order of their names. */
export async function readPrisma({ migrations }: Project): Promise<RevisionSource> {
  const folders = (await entriesOf(migrations)).filter((entry) => entry.isDirectory());
  const found: Omit<SourceRevision, "downRevisions">[] = [];
  for (const { name: revision } of folders) {
    const file = join(migrations, revision, "migration.sql");
    if (await exists(file)) found.push({ revision, name: spoken(revision), file });
  }
  return { revisions: inARow(found), unreadable: [] };
}

/** Files called `NNN_name.sql`, by their numbers, as our handler takes them. */
export async function readSql({ migrations }: Project): Promise<RevisionSource> {
  const names = (await entriesOf(migrations)).flatMap((entry) => (entry.isDirectory() ? [] : [entry.name]));
  const found = names.filter(isMigrationFile).map((file) => {
    const revision = revisionOfFile(file);
    return { revision, name: spoken(revision), file: join(migrations, file) };
  });
  return { revisions: inARow(found.sort((a, b) => naturalCompare(a.revision, b.revision))), unreadable: [] };
}

/** `add invoices` of `20250114093012_add_invoices`. */
function spoken(revision: string): string {
  return revision.replace(/^\d+[_.-]?/, "").replaceAll(/[_-]+/g, " ") || revision;
}

function inARow(revisions: Omit<SourceRevision, "downRevisions">[]): SourceRevision[] {
  return revisions.map((one, index) => {
    const before = revisions[index - 1];
    return { ...one, downRevisions: before === undefined ? [] : [before.revision] };
  });
}

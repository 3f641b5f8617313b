import { basename, join } from "node:path";
import { type LintFinding, lintFinding } from "../../contract/lint-rules.js";
import { compareNumbers, isForwardSql, isMigrationFile, numberOf } from "../../contract/sql/numbers.js";
import type { Project, SourceRevision } from "../project.js";
import { entriesOf } from "../sources/files.js";
import { neededBy } from "../sources/order.js";
import type { RevisionSource } from "../sources/source.js";

/** What is wrong with the migrations as a whole, whichever of them are new. */
export async function reviewChain(
  project: Project,
  { revisions, unreadable }: RevisionSource,
): Promise<LintFinding[]> {
  return [
    ...unreadable.map(({ file, line, message }) =>
      lintFinding("unreadable-migration", line === undefined ? { file } : { file, line }, message),
    ),
    ...duplicates(project, revisions),
    ...(project.engine === "alembic" ? [...missingParents(revisions), ...severalHeads(revisions)] : []),
    ...(project.engine === "sql" ? [...gaps(revisions), ...(await ignoredFiles(project))] : []),
    ...(project.engine === "prisma" ? await ignoredFolders(project) : []),
  ];
}

function place({ file, revision }: SourceRevision) {
  return { file, revision };
}

/** Of SQL files the number counts: our handler refuses two with one. */
function duplicates({ engine }: Project, revisions: SourceRevision[]): LintFinding[] {
  const seen = new Map<string, SourceRevision>();
  return revisions.flatMap((one) => {
    const key = engine === "sql" ? (numberOf(one.revision) ?? one.revision) : one.revision;
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, one);
      return [];
    }
    const what = engine === "sql" ? `the number ${key}` : `the revision ${key}`;
    const message = `${basename(first.file)} has ${what} too`;
    return [lintFinding("duplicate-revision", place(one), message, "Give the later one another.")];
  });
}

function missingParents(revisions: SourceRevision[]): LintFinding[] {
  const known = new Set(revisions.map(({ revision }) => revision));
  const placed = new Set<string>();
  return revisions.flatMap((one) => {
    // They come behind what they need, so whatever is not placed yet leads in a circle.
    const [missing] = neededBy(one).filter((name) => !known.has(name));
    const [circle] = neededBy(one).filter((name) => known.has(name) && !placed.has(name));
    placed.add(one.revision);
    if (missing !== undefined) {
      const fix = "Write the revision that it follows, or add the file; perhaps it was not committed.";
      return [
        lintFinding(
          "missing-parent",
          place(one),
          `it follows ${missing}, and no file has that revision`,
          fix,
        ),
      ];
    }
    if (circle === undefined) return [];
    const message = `it follows ${circle}, which in the end follows it`;
    return [lintFinding("missing-parent", place(one), message, "Correct the down_revision of one of them.")];
  });
}

function severalHeads(revisions: SourceRevision[]): LintFinding[] {
  const followed = new Set(revisions.flatMap(({ downRevisions }) => downRevisions));
  const heads = revisions.filter(({ revision }) => !followed.has(revision));
  const [last] = heads.slice(-1);
  if (last === undefined || new Set(heads.map(({ revision }) => revision)).size < 2) return [];
  const others = heads.filter((one) => one !== last);
  const names = others.map(({ revision }) => revision).join(", ");
  const message = `${last.revision} and ${names} are both heads: nothing follows them`;
  const [only] = others;
  const fix = `Join them: alembic merge heads${only === undefined || others.length > 1 ? "" : `. Or let one follow the other: down_revision = "${only.revision}"`}.`;
  return [lintFinding("several-heads", place(last), message, fix)];
}

/** Not between time stamps, which are eight digits and more. */
function gaps(revisions: SourceRevision[]): LintFinding[] {
  return revisions.flatMap((one, index) => {
    const before = revisions[index - 1];
    const [from, to] = [numberOf(before?.revision ?? ""), numberOf(one.revision)];
    if (before === undefined || from === undefined || to === undefined || to.length > 7) return [];
    if (Number(to) - Number(from) <= 1) return [];
    const message = `${Number(to) - Number(from) === 2 ? `number ${Number(to) - 1} is` : `numbers ${Number(from) + 1} to ${Number(to) - 1} are`} left out`;
    return [
      lintFinding(
        "number-gap",
        place(one),
        message,
        "If a file is missing, add it before this one is applied: afterwards it comes too late.",
      ),
    ];
  });
}

async function ignoredFiles({ migrations }: Project): Promise<LintFinding[]> {
  const names = (await entriesOf(migrations)).flatMap((entry) => (entry.isDirectory() ? [] : [entry.name]));
  return names
    .filter((name) => isForwardSql(name) && !isMigrationFile(name))
    .map((name) => {
      const message = "it is passed over: a migration is called NNN_name.sql";
      return lintFinding(
        "file-name",
        { file: join(migrations, name) },
        message,
        "Give it the next number, or move it elsewhere.",
      );
    });
}

/** Prisma sorts folders by name, and runs whatever has a `migration.sql`. */
async function ignoredFolders({ migrations }: Project): Promise<LintFinding[]> {
  const folders = (await entriesOf(migrations)).filter((entry) => entry.isDirectory());
  const findings: LintFinding[] = [];
  for (const { name } of folders) {
    const file = join(migrations, name);
    const inside = (await entriesOf(file)).some((entry) => entry.name === "migration.sql");
    if (!inside)
      findings.push(lintFinding("unreadable-migration", { file }, "the folder has no migration.sql"));
    else if (!/^\d{14}_./.test(name) && !/^0+_/.test(name)) {
      const message =
        "it does not begin with a time stamp: Prisma applies folders in the order of their names";
      findings.push(
        lintFinding(
          "file-name",
          { file: join(file, "migration.sql"), revision: name },
          message,
          "Call it YYYYMMDDHHMMSS_name.",
        ),
      );
    }
  }
  return findings;
}

/** New ones that sort before what the base branch has. */
export function outOfOrder(
  project: Project,
  revisions: SourceRevision[],
  isNew: (one: SourceRevision) => boolean,
  base: string,
): LintFinding[] {
  if (project.engine === "alembic") return [];
  const last = revisions.findLast((one) => !isNew(one));
  if (last === undefined) return [];
  return revisions
    .slice(0, revisions.indexOf(last))
    .filter(isNew)
    .flatMap((one) => {
      if (project.engine === "sql" && compareNumbers(one.revision, last.revision) === 0) return [];
      const message = `it comes before ${last.revision}, which ${base} has: where that is applied, this comes too late`;
      return [
        lintFinding("out-of-order", place(one), message, "Give it a number behind all that are there."),
      ];
    });
}

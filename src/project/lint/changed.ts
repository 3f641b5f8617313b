import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { type LintFinding, lintFinding } from "../../contract/lint-rules.js";
import type { Changes } from "../git.js";
import type { Project, SourceRevision } from "../project.js";
import { readPython } from "../python/tokens.js";

/** Migrations that the base branch has, and that are not what they were. */
export async function editedMigrations(
  project: Project,
  revisions: SourceRevision[],
  { base, modified, deleted, textAtBase }: Changes,
): Promise<LintFinding[]> {
  const fix = "Put it back as it was, and make a new migration for what is to change.";
  const findings: LintFinding[] = [];
  for (const { file, revision } of revisions.filter((one) => modified.has(one.file))) {
    const before = await textAtBase(file);
    if (before !== undefined && saysTheSame(project, before, await readFile(file, "utf8"))) continue;
    const why =
      project.engine === "alembic"
        ? "where it is applied, nobody applies it again"
        : "where it is applied, its checksum does not fit any more";
    findings.push(
      lintFinding("edited-migration", { file, revision }, `it is on ${base} with another text: ${why}`, fix),
    );
  }
  for (const file of deleted.filter((path) => isMigration(project, path))) {
    const message = `${basename(file)} is on ${base}, and gone here: where it is applied, history names what nobody has`;
    findings.push(lintFinding("edited-migration", { file }, message, fix));
  }
  return findings;
}

function isMigration({ engine }: Project, file: string): boolean {
  const name = basename(file);
  if (engine === "alembic") return /^(?!__init__).*\.py$/.test(name);
  return engine === "prisma" ? name === "migration.sql" : /^\d+[_.-].*(?<!\.(?:down|undo))\.sql$/i.test(name);
}

/** Alembic keeps no checksum: comments and white space may change. */
function saysTheSame({ engine }: Project, before: string, now: string): boolean {
  if (engine !== "alembic") return false;
  const [a, b] = [readPython(before), readPython(now)];
  if ("message" in a || "message" in b) return false;
  const words = ({ lines }: typeof a) =>
    JSON.stringify(lines.map(({ indent, tokens }) => [indent, tokens.map(({ text }) => text)]));
  return words(a) === words(b);
}

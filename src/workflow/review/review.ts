import type { MigrationEntry } from "../../contract/report.js";
import type { RuleName } from "../../contract/rules.js";
import type { MigrationView } from "../results.js";
import { executed } from "./executed.js";
import { type Finding, unchecked } from "./finding.js";
import { beginMigration, distrust, forgetUnqualified, type Known, nothingKnown } from "./known.js";
import { learn } from "./learn.js";
import { lockRules } from "./locks.js";
import { lossRules } from "./loss.js";
import { readAllowances } from "./silence.js";
import { type ParseSql, readStatements, type Statement } from "./statements.js";

/**
 * Looks the pending migrations through, in their order, for what destroys data and what locks for long. What cannot be read (no SQL, no
 * parser, a syntax error, a DO block) is `unchecked` and counts as destroying data: nobody can say that it does not. Never throws.
 */
export async function reviewPlan(
  migrations: MigrationEntry[],
  parse: ParseSql | undefined,
  silenced: readonly RuleName[],
): Promise<MigrationView[]> {
  const known = nothingKnown();
  const views: MigrationView[] = [];
  for (const migration of migrations) {
    if (migration.status !== "pending") views.push(migration);
    else views.push(view(migration, await reviewMigration(migration, parse, known), silenced));
  }
  return views;
}

/** What asks for --allow-destructive. */
export function destructiveFindings(migrations: MigrationView[]): { revision: string; finding: Finding }[] {
  return migrations.flatMap(({ revision, destructive = [] }) =>
    destructive.map((finding) => ({ revision, finding })),
  );
}

/** A finding, and whether the migration's own comments allow it. */
interface Struck {
  finding: Finding;
  allowed: boolean;
}

async function reviewMigration(
  migration: MigrationEntry,
  parse: ParseSql | undefined,
  known: Known,
): Promise<Struck[]> {
  beginMigration(known);
  const { sql = "" } = migration;
  // SQL that was cut has not been read whole, so it has not been read.
  const shown = migration.sql !== undefined && migration.unchecked !== true;
  const read = shown ? await readStatements(sql, parse) : { unreadable: "its SQL was not shown" };
  const unreadable = "unreadable" in read ? read.unreadable : undefined;
  const statements = "unreadable" in read ? undefined : read;
  const allowances = readAllowances(sql, statements);
  const struck = (finding: Finding, index = -1): Struck => {
    const allowed = allowances.of.get(index)?.has(finding.rule) === true;
    return { finding, allowed: allowed || (finding.rule === "unchecked" && allowances.unchecked) };
  };
  const notes = allowances.notes.map((note) => struck(note));
  if (statements === undefined) {
    distrust(known);
    return [struck(unchecked(unreadable ?? "")), ...notes];
  }
  const isTransaction = migration.transactional !== false;
  const found = statements.flatMap((statement, index) => {
    const findings = reviewStatement(statement, known);
    if (!isTransaction) known.added.clear();
    return findings.map((finding) => struck(finding, index));
  });
  return [...found, ...notes];
}

function reviewStatement({ tree, line }: Statement, known: Known): Finding[] {
  try {
    const findings = executed(tree).flatMap((act) => {
      const rules = [lossRules[act.kind], lockRules[act.kind]];
      const struck = rules.flatMap((rule) => [...(rule?.(act.node, known) ?? [])]);
      learn(act, known);
      return struck;
    });
    // Within CREATE SCHEMA a bare name is the new schema's, behind it the search_path's again.
    if ("CreateSchemaStmt" in tree) forgetUnqualified(known);
    return findings.map((finding) => ({ ...finding, line }));
  } catch {
    // A tree of a shape that no rule expects.
    distrust(known);
    return [{ ...unchecked("PostgreSQL's parser gave what nobody here understands"), line }];
  }
}

function view(migration: MigrationEntry, struck: Struck[], silenced: readonly RuleName[]): MigrationView {
  const isSilent = ({ finding, allowed }: Struck) => allowed || silenced.includes(finding.rule);
  const told = struck.filter((one) => !isSilent(one)).map(({ finding }) => finding);
  const of = (severity: Finding["severity"]) => told.filter((finding) => finding.severity === severity);
  const [destructive, locks, notes] = [of("loss"), of("lock"), of("note")];
  const quiet = [...new Set(struck.filter(isSilent).map(({ finding }) => finding.rule))];
  return {
    ...migration,
    ...(destructive.length > 0 ? { destructive } : {}),
    ...(locks.length > 0 ? { locks } : {}),
    ...(notes.length > 0 ? { notes } : {}),
    ...(quiet.length > 0 ? { silenced: quiet } : {}),
  };
}

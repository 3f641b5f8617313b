import { readFile } from "node:fs/promises";
import { isLintRuleName, type LintFinding, lintFinding } from "../../contract/lint-rules.js";
import { isRuleName } from "../../contract/rules.js";
import { readDirective } from "../../contract/sql/directive.js";
import { lineComments, tokens } from "../../contract/sql/lexer.js";
import type { Allowance } from "../../project/alembic/allowances.js";
import type { SourceRevision } from "../../project/project.js";
import { unindexedForeignKeys } from "../../workflow/lint/foreign-keys.js";
import { reviewSql } from "../../workflow/lint/review-sql.js";
import { sqlFacts } from "../../workflow/lint/sql-facts.js";
import { readStatements } from "../../workflow/review/statements.js";
import { loadSqlParser } from "../../workflow/sql-parser.js";
import type { Selected } from "./select.js";

export interface OwnReview {
  findings: LintFinding[];
  silenced: number;
  /** What comments in the files allow, by file. */
  allowances: Map<string, Allowance[]>;
}

/** Prisma's migrations and numbered SQL: the files are what is executed. */
export async function reviewFiles(
  { source, revisions }: Selected,
  rules: ReadonlySet<string>,
): Promise<OwnReview> {
  const parse = await loadSqlParser();
  const read = await Promise.all(
    source.revisions.map(async (one) => ({
      ...one,
      sql: (await readFile(one.file, "utf8")).replace(/^\ufeff/, ""),
    })),
  );
  const looked = read.filter(({ file }) => revisions.some((one) => one.file === file));
  const reviewed = await reviewSql(
    looked.map(({ revision, file, sql }) => ({
      revision,
      file,
      sql,
      transactional: !isMarked(sql),
      comment: "--",
    })),
    parse,
    [...rules].filter(isRuleName),
  );
  const withFacts = await Promise.all(
    read.map(async ({ sql, ...one }) => {
      const statements = await readStatements(sql, parse);
      return { ...one, facts: sqlFacts(sql, "unreadable" in statements ? [] : statements) };
    }),
  );
  const isLooked = (one: SourceRevision) => revisions.some(({ file }) => file === one.file);
  const keys = unindexedForeignKeys(
    withFacts.filter(isLooked),
    withFacts.map(({ facts }) => facts),
  );
  const empty = looked.filter(({ sql }) => tokens(sql).next().done === true);
  return {
    findings: [
      ...reviewed.findings,
      ...keys,
      ...empty.map((one) =>
        lintFinding("empty-migration", { file: one.file, revision: one.revision }, "it has no statement"),
      ),
    ],
    silenced: reviewed.silenced,
    allowances: new Map(read.map(({ file, sql }) => [file, allowancesOf(sql)])),
  };
}

/** Of `lint`'s own rules; the plan's are allowed statement by statement. */
function allowancesOf(sql: string): Allowance[] {
  return directives(sql).flatMap((one) =>
    one.kind === "allow" ? [{ rules: one.rules.filter(isLintRuleName) }] : [],
  );
}

function isMarked(sql: string): boolean {
  return directives(sql).some(({ kind }) => kind === "no-transaction");
}

function directives(sql: string) {
  return [...lineComments(sql)].map(({ text }) => readDirective(text)).filter((one) => one !== undefined);
}

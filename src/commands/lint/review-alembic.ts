import { isLintRuleName, type LintFinding } from "../../contract/lint-rules.js";
import { isRuleName } from "../../contract/rules.js";
import { allowancesIn } from "../../project/alembic/allowances.js";
import { likelySql } from "../../project/alembic/likely-sql.js";
import { lineOfFinding } from "../../project/alembic/lines.js";
import { type RevisionReview, reviewRevision } from "../../project/alembic/review.js";
import { type AlembicSetting, type Rendered, renderRevisions } from "../../project/alembic/tool.js";
import type { SourceRevision } from "../../project/project.js";
import { unindexedForeignKeys } from "../../workflow/lint/foreign-keys.js";
import { type ReviewedSql, reviewSql } from "../../workflow/lint/review-sql.js";
import { unknownRule } from "../../workflow/review/silence.js";
import { loadSqlParser } from "../../workflow/sql-parser.js";
import type { OwnReview } from "./review-files.js";
import type { Selected } from "./select.js";

type Read = SourceRevision & RevisionReview;

/** Alembic's revisions: what their files say, and the SQL that the project's own Alembic writes for them. */
export async function reviewAlembic(
  { source, revisions }: Selected,
  setting: AlembicSetting,
  rules: ReadonlySet<string>,
  warn: (why: string) => void,
): Promise<OwnReview> {
  const all = await Promise.all(
    source.revisions.map(async (one): Promise<Read[]> => {
      const review = await reviewRevision(one);
      return review === undefined ? [] : [{ ...one, ...review }];
    }),
  );
  const read = all.flat();
  const looked = read.filter(({ file }) => revisions.some((one) => one.file === file));
  const rendered =
    looked.length === 0
      ? []
      : await renderRevisions(
          setting,
          looked.map(({ revision }) => revision),
        );
  if ("why" in rendered) warn(rendered.why);
  const scripts = looked.map((one) => scriptOf(one, rendered));
  const reviewed = await reviewSql(
    scripts.flatMap((one) => one.scripts),
    await loadSqlParser(),
    [...rules].filter(isRuleName),
  );
  // That it was not read whole has been told of it.
  const unwritten = new Set(
    "why" in rendered
      ? looked.map(({ revision }) => revision)
      : scripts.flatMap((one) => one.unwritten.map(({ revision }) => revision)),
  );
  const directives = read.map((one) => ({ one, ...allowancesIn(one.source) }));
  return {
    findings: [
      ...looked.flatMap(({ findings }) => findings),
      ...scripts.flatMap(({ unwritten }) => unwritten),
      ...reviewed.findings.filter(({ rule, revision }) => rule !== "unchecked" || !unwritten.has(revision)),
      ...unindexedForeignKeys(
        looked,
        read.map(({ facts }) => facts),
      ),
      ...directives.filter(({ one }) => looked.includes(one)).flatMap(unknownComments),
    ],
    silenced: reviewed.silenced,
    allowances: new Map(directives.map(({ one, allowances }) => [one.file, allowances])),
  };
}

/** The SQL to look at: Alembic's own, else what the operations in the file most likely come to, with a word about it. */
function scriptOf(
  one: Read,
  rendered: Rendered[] | { why: string },
): { scripts: ReviewedSql[]; unwritten: LintFinding[] } {
  const { revision, file, upgrade, line, isIdle } = one;
  const written = Array.isArray(rendered) ? rendered.find((each) => each.revision === revision) : undefined;
  const script = { revision, file, comment: "#" as const };
  if (written?.sql !== undefined) {
    const lineOf: ReviewedSql["lineOf"] = ({ rule, message }) =>
      lineOfFinding(rule, message, upgrade) ?? line;
    const { sql, transactional } = written;
    return { scripts: [{ ...script, sql, transactional, lineOf }], unwritten: [] };
  }
  if (isIdle) return { scripts: [], unwritten: [] };
  if ("why" in rendered) return { scripts: guessed(one), unwritten: [] };
  const why = written?.why ?? "Alembic did not write it";
  const unwritten: LintFinding = {
    rule: "unchecked",
    level: "warning",
    message: `only what its op calls say was looked at: its SQL cannot be written (${why})`,
    file,
    line,
    revision,
  };
  return { scripts: guessed(one), unwritten: [unwritten] };
}

function guessed({ revision, file, upgrade }: Read): ReviewedSql[] {
  return likelySql(upgrade).map(({ sql, line }) => ({
    revision,
    file,
    comment: "#",
    sql,
    lineOf: () => line,
  }));
}

/** Comments to us that mean nothing: whoever wrote them believes otherwise. */
function unknownComments({
  one,
  allowances,
  unknown,
}: { one: Read } & ReturnType<typeof allowancesIn>): LintFinding[] {
  const { file, revision } = one;
  const note = (message: string, line?: number): LintFinding => ({
    rule: "unknown-comment",
    level: "warning",
    message,
    file,
    ...(line === undefined ? {} : { line }),
    revision,
  });
  const names = allowances.flatMap(({ rules, lines }) => rules.map((name) => ({ name, line: lines?.[0] })));
  return [
    ...unknown.map(({ line, text }) =>
      note(`"${text.slice(0, 60)}" means nothing: allow RULE, … because REASON`, line),
    ),
    ...names
      .filter(({ name }) => !isRuleName(name) && !isLintRuleName(name))
      .map(({ name, line }) => note(unknownRule(name), line)),
  ];
}

import type { LintFinding, LintLevel } from "../../contract/lint-rules.js";
import type { MigrationEntry } from "../../contract/report.js";
import type { RuleName } from "../../contract/rules.js";
import type { MigrationView } from "../results.js";
import type { Finding } from "../review/finding.js";
import { reviewPlan } from "../review/review.js";
import type { ParseSql } from "../review/statements.js";

/** A migration's SQL, and where it stands. */
export interface ReviewedSql {
  revision: string;
  file: string;
  /** Absent: nobody could write it. */
  sql?: string;
  transactional?: boolean;
  /** How a comment in the file begins: `--`, or `#`. */
  comment: "--" | "#";
  /** From a line of the SQL to the file's, where they are not the same. */
  lineOf?: (finding: Finding) => number | undefined;
}

/** The rules that a plan is reviewed with, over migrations as one plan; and how many findings comments and configuration allow. */
export async function reviewSql(
  migrations: ReviewedSql[],
  parse: ParseSql | undefined,
  silenced: readonly RuleName[],
): Promise<{ findings: LintFinding[]; silenced: number }> {
  const entries = migrations.map(({ revision, sql, transactional }): MigrationEntry => {
    const known = {
      ...(sql === undefined ? {} : { sql }),
      ...(transactional === undefined ? {} : { transactional }),
    };
    return { revision, status: "pending", ...known };
  });
  const views = await reviewPlan(entries, parse, silenced);
  return {
    findings: views.flatMap((view, index) => {
      const migration = migrations[index];
      return migration === undefined ? [] : findingsOf(view).map((finding) => told(finding, migration));
    }),
    silenced: views.reduce((sum, view) => sum + (view.silenced?.length ?? 0), 0),
  };
}

function findingsOf({ destructive = [], locks = [], notes = [] }: MigrationView): Finding[] {
  return [...destructive, ...locks, ...notes];
}

function told(finding: Finding, { file, revision, comment, lineOf }: ReviewedSql): LintFinding {
  const line = lineOf === undefined ? finding.line : lineOf(finding);
  return {
    rule: finding.rule,
    level: levelOf(finding),
    message: finding.message,
    ...(finding.severity === "loss"
      ? { fix: `Meant? Say so there: ${comment} migrate-remote: allow ${finding.rule} because …` }
      : {}),
    file,
    ...(line === undefined ? {} : { line }),
    revision,
  };
}

/** What nobody can read is no proof of anything. */
function levelOf({ rule, severity }: Finding): LintLevel {
  return severity === "loss" && rule !== "unchecked" ? "error" : "warning";
}

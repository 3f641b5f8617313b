import type { MigrationEntry, Report, ReportError } from "../contract/report.js";
import type { SourceMigration } from "./engines/parts.js";
import type { Overview } from "./look.js";
import type { Assessment } from "./state.js";

/** What an operation has to say; the invocation's own facts (operation, handler, run id) are added around it. */
export type Findings = Pick<
  Report,
  "state" | "currentRevisions" | "headRevisions" | "migrations" | "problems"
> &
  Partial<Pick<Report, "plan" | "error" | "database" | "run" | "runs">> & {
    /** No part of the report: an earlier delivery did the work, and told of it. */
    retold?: true;
  };

export function findings(overview: Overview, migrations: MigrationEntry[], error?: ReportError): Findings {
  const { assessment, database } = overview;
  return {
    state: assessment.state,
    currentRevisions: assessment.current,
    headRevisions: assessment.head,
    migrations,
    problems: assessment.problems,
    database,
    ...(error === undefined ? {} : { error }),
  };
}

/** For an answer that says nothing of the database's own state. */
export const nothingAsked: Findings = {
  currentRevisions: [],
  headRevisions: [],
  migrations: [],
  problems: [],
};

/** For an end that the database was never asked about. */
export function nothingKnown(error: ReportError): Findings {
  return { ...nothingAsked, error };
}

// Far below Lambda's 6 MB, which are counted after the answer was escaped once more.
const mostSql = 1_000_000;

/** A read's migrations: what is applied, then what is pending with its SQL, as much of it as an answer may carry. */
export function readEntries(assessment: Assessment): MigrationEntry[] {
  let left = mostSql;
  const pending = assessment.pending.map((migration): MigrationEntry => {
    const size = Buffer.byteLength(JSON.stringify(migration.sql));
    const entry = { ...pendingEntry(migration), checksum: migration.checksum };
    if (size > left) return { ...entry, unchecked: true };
    left -= size;
    return { ...entry, sql: migration.sql };
  });
  return [...appliedEntries(assessment, () => "applied"), ...failedEntries(assessment), ...pending];
}

export function pendingEntry({ revision, transactional }: SourceMigration): MigrationEntry {
  return { revision, status: "pending", transactional };
}

export function failedEntries({ failed }: Assessment): MigrationEntry[] {
  return failed.map(({ row: { revision }, migration }) => ({
    revision,
    status: "failed",
    ...(migration === undefined
      ? {}
      : { checksum: migration.checksum, transactional: migration.transactional }),
  }));
}

export function appliedEntries(
  assessment: Assessment,
  statusOf: (revision: string) => MigrationEntry["status"],
): MigrationEntry[] {
  return assessment.applied.map(({ row, migration }) => {
    const checksum = row.checksum ?? migration?.checksum;
    return {
      revision: row.revision,
      status: statusOf(row.revision),
      ...(row.appliedAt === undefined ? {} : { appliedAt: row.appliedAt }),
      ...(row.durationMs === undefined ? {} : { durationMs: row.durationMs }),
      ...(checksum === undefined ? {} : { checksum }),
    };
  });
}

const mostReport = 4_000_000;

/** Keeps a report below Lambda's limit whatever is in it: an answer that is too big fails after everything was executed. */
export function bounded(report: Report, most = mostReport): Report {
  if (size(report) <= most) return report;
  const withoutSql: Report = {
    ...report,
    migrations: report.migrations.map(({ sql, ...entry }) =>
      sql === undefined ? entry : { ...entry, unchecked: true },
    ),
    problems: report.problems.slice(0, 1000),
  };
  if (size(withoutSql) <= most) return withoutSql;
  const old = new Set(["skipped", "applied"]);
  const keep = report.operation === "run" ? new Set(["skipped"]) : old;
  const entries = withoutSql.migrations.filter(({ status }) => !keep.has(status)).slice(0, 5000);
  return {
    ...withoutSql,
    migrations: entries.map(({ revision, status, durationMs }) => ({
      revision,
      status,
      ...(durationMs === undefined ? {} : { durationMs }),
      ...(status === "pending" ? { unchecked: true } : {}),
    })),
    problems: [
      ...withoutSql.problems.slice(0, 100),
      {
        code: "report_cut",
        message: `The report would have been too big: ${report.migrations.length - entries.length} of ${report.migrations.length} migrations are left out.`,
      },
    ],
  };
}

function size(report: Report): number {
  return Buffer.byteLength(JSON.stringify(report));
}

import type { MigrationEntry, Report } from "../contract/report.js";
import { type Finding, findDestructive, type ParseSql } from "./destructive.js";
import type { HistoryView, MigrationView } from "./results.js";

/** A report as results show it, pending migrations looked through for what destroys data. */
export async function historyView(
  report: Report,
  loadParser: () => Promise<ParseSql | undefined>,
): Promise<HistoryView> {
  // After a run nothing is about to be applied, and its report carries no SQL.
  const isRead = report.operation === "status" || report.operation === "dry-run";
  const migrations = isRead ? await reviewMigrations(report.migrations, loadParser) : report.migrations;
  return {
    ...(report.state === undefined ? {} : { state: report.state }),
    ...(report.engine === undefined ? {} : { engine: report.engine }),
    currentRevisions: report.currentRevisions,
    headRevisions: report.headRevisions,
    pending: pendingRevisions(report),
    migrations,
    problems: report.problems,
    ...(report.database === undefined ? {} : { database: report.database }),
    ...(report.handler === undefined ? {} : { handlerVersion: report.handler.version }),
  };
}

export const emptyHistory: HistoryView = {
  currentRevisions: [],
  headRevisions: [],
  pending: [],
  migrations: [],
  problems: [],
};

/** SQL belongs to a dry-run's answer; elsewhere it would bury what is said. */
export function withoutSql<T extends HistoryView>(view: T): T {
  return { ...view, migrations: view.migrations.map(({ sql: _, ...rest }) => rest) };
}

/** What is not applied, whatever the operation called it. */
export function pendingRevisions(report: Report): string[] {
  return report.migrations
    .filter(({ status }) => status === "pending" || status === "not_executed" || status === "failed")
    .map(({ revision }) => revision);
}

export async function reviewMigrations(
  migrations: MigrationEntry[],
  loadParser: () => Promise<ParseSql | undefined>,
): Promise<MigrationView[]> {
  if (!migrations.some(({ status }) => status === "pending")) return migrations;
  const parse = await loadParser();
  return Promise.all(
    migrations.map(async (migration): Promise<MigrationView> => {
      if (migration.status !== "pending") return migration;
      return withFindings(migration, await findDestructive(checkable(migration), parse));
    }),
  );
}

/** SQL that was cut has not been read whole, so it has not been read. */
function checkable({ sql, unchecked }: MigrationEntry): string | undefined {
  return unchecked === true ? undefined : sql;
}

function withFindings(migration: MigrationEntry, destructive: Finding[]): MigrationView {
  return destructive.length === 0 ? migration : { ...migration, destructive };
}

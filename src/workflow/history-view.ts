import type { Report } from "../contract/report.js";
import type { HistoryChanges, HistoryView, MigrationView } from "./results.js";
import type { StageContext } from "./stage-context.js";

/** A report as results show it, pending migrations looked through for what destroys data and what locks for long. */
export async function historyView(
  report: Report,
  context: Pick<StageContext, "target" | "loadSqlParser">,
): Promise<HistoryView> {
  // After a run nothing is about to be applied, and its report carries no SQL.
  const isRead = report.operation === "status" || report.operation === "dry-run";
  const migrations = isRead ? await review(report, context) : report.migrations;
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

/** What was written into history, and taken out of it, without being executed. */
export function historyChanges({ migrations }: Pick<HistoryView, "migrations">): HistoryChanges {
  const named = (wanted: string) =>
    migrations.filter(({ status }) => status === wanted).map(({ revision }) => revision);
  return { recorded: named("recorded"), removed: named("removed") };
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

async function review(
  { migrations }: Report,
  { target, loadSqlParser }: Pick<StageContext, "target" | "loadSqlParser">,
): Promise<MigrationView[]> {
  if (!migrations.some(({ status }) => status === "pending")) return migrations;
  const { reviewPlan, parse } = await loadReview({ loadSqlParser });
  return reviewPlan(migrations, parse, target.silencedRules);
}

/** PostgreSQL's parser, and what looks through what it finds. It takes a moment: whoever will need it may load it before. */
export async function loadReview({ loadSqlParser }: Pick<StageContext, "loadSqlParser">) {
  const { reviewPlan } = await import("./review/review.js");
  return { reviewPlan, parse: await loadSqlParser() };
}

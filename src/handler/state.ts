import type { DatabaseState, Problem } from "../contract/report.js";
import type { FailedRow, History, HistoryRow, OpenRow, Source, SourceMigration } from "./engines/parts.js";

/** What source, history and tables mean together. */
export interface Assessment {
  state: DatabaseState;
  /** The last applied revision, or none. */
  current: string[];
  /** The source's last revision, or none. */
  head: string[];
  applied: { row: HistoryRow; migration?: SourceMigration }[];
  /** Begun, and neither applied nor rolled back as far as history says. Source order. */
  failed: { row: FailedRow; migration?: SourceMigration }[];
  /** Source order. */
  pending: SourceMigration[];
  /** Pending ones that sort before an applied one. */
  outOfOrder: string[];
  problems: Problem[];
  unreadable?: Extract<History, { kind: "unreadable" }>;
}

export function assess(source: Source, history: History, hasTables: boolean): Assessment {
  const rows = history.kind === "rows" ? history.rows : [];
  const byRevision = new Map(source.migrations.map((migration) => [migration.revision, migration]));
  const inOrder = <Row extends { revision: string }>(all: Row[]) =>
    all
      .map((row) => {
        const migration = byRevision.get(row.revision);
        return migration === undefined ? { row } : { row, migration };
      })
      .sort((a, b) => source.compare(a.row.revision, b.row.revision));
  const applied = inOrder(rows);
  const failed = inOrder((history.kind === "rows" && history.failed) || []);
  const begun = (history.kind === "rows" && history.begun) || [];
  const recorded = new Set([...applied, ...failed].map(({ row }) => row.revision));
  const pending = source.migrations.filter(({ revision }) => !recorded.has(revision));
  const last = applied.at(-1)?.row.revision;
  const outOfOrder = pending
    .map(({ revision }) => revision)
    .filter((revision) => last !== undefined && source.compare(revision, last) < 0);
  const missing = applied.filter(({ migration }) => migration === undefined);
  const head = source.migrations.at(-1)?.revision;
  return {
    state: stateOf({
      history,
      missing: missing.length,
      failed: failed.length,
      rows: rows.length + begun.length,
      hasTables,
      pending: pending.length,
    }),
    current: last === undefined ? [] : [last],
    head: head === undefined ? [] : [head],
    applied,
    failed,
    pending,
    outOfOrder,
    problems: [
      ...(history.kind === "unreadable" ? [unreadable(history.reason)] : []),
      ...missing.map(({ row }) => missingProblem(row.revision)),
      ...failed.map(failedProblem),
      ...begun.map(begunProblem),
      ...applied.filter(isEdited).map(({ row }) => editedProblem(row.revision)),
      ...outOfOrder.map((revision) => outOfOrderProblem(revision, last ?? "")),
      ...source.problems,
    ],
    ...(history.kind === "unreadable" ? { unreadable: history } : {}),
  };
}

function stateOf(facts: {
  history: History;
  missing: number;
  failed: number;
  /** Also of migrations that are being applied. */
  rows: number;
  hasTables: boolean;
  pending: number;
}): DatabaseState {
  if (facts.history.kind === "unreadable" || facts.missing + facts.failed > 0) return "inconsistent";
  if (facts.rows === 0) return facts.hasTables ? "tables_without_migration_history" : "empty";
  return facts.pending > 0 ? "pending_migrations" : "up_to_date";
}

/** A row without a checksum was written by an older Lambda: nothing is known, so nothing is wrong. */
function isEdited({ row, migration }: Assessment["applied"][number]): boolean {
  return migration !== undefined && row.checksum !== undefined && !isSource(row.checksum, migration);
}

/** True where history knows this very source. */
export function isSource(
  checksum: string | undefined,
  { checksum: own, aliases = [] }: SourceMigration,
): boolean {
  return checksum !== undefined && (checksum === own || aliases.includes(checksum));
}

function unreadable(reason: string): Problem {
  return { code: "unreadable_history", message: reason };
}

function missingProblem(revision: string): Problem {
  return {
    code: "missing",
    revision,
    message: `${revision} is applied in the database, but the deployed function does not have it. Is an older version deployed?`,
  };
}

function failedProblem({ row, migration }: Assessment["failed"][number]): Problem {
  const { revision, startedAt, reason } = row;
  const since = startedAt === undefined ? "" : ` at ${startedAt}`;
  const why = reason === undefined ? "" : ` (${reason})`;
  const unknown = migration === undefined ? " The deployed function does not have it." : "";
  return {
    code: "failed_migration",
    revision,
    message: `${revision} was begun${since} and did not end well${why}. History does not say what stands of it.${unknown}`,
  };
}

function begunProblem({ revision, startedAt }: OpenRow): Problem {
  const since = startedAt === undefined ? "" : ` at ${startedAt}`;
  return {
    code: "run_at_work",
    revision,
    message: `${revision} was begun${since} and is being applied by another session. Until it ends it counts as pending.`,
  };
}

function editedProblem(revision: string): Problem {
  return {
    code: "edited",
    revision,
    message: `${revision} was changed after it had been applied. The database has what it was before.`,
  };
}

function outOfOrderProblem(revision: string, last: string): Problem {
  return {
    code: "out_of_order",
    revision,
    message: `${revision} is not applied, but ${last}, which comes after it, is.`,
  };
}

import type { TableName } from "../../../contract/sql/fingerprint.js";
import type { Session } from "../../session.js";
import type { FailedRow, History, HistoryRow } from "../parts.js";
import { quoted } from "../shared/tables.js";
import { isHeldElsewhere } from "./prisma-lock.js";

/** Prisma's table, in the schema that its connection names. */
export function historyTable(schema: string): TableName {
  return { schema, name: "_prisma_migrations" };
}

export function sqlName({ schema, name }: TableName): string {
  return `${quoted(schema)}.${quoted(name)}`;
}

/** A row stands for a migration as it was tried once; a migration may have several. */
interface StoredRow {
  revision: string;
  checksum: string;
  finishedAt: string | null;
  startedAt: string | null;
  durationMs: string | null;
  logs: string | null;
}

/**
 * Reads what Prisma's engine writes. Rows that were rolled back are as if they were not there; one that was begun and is neither finished
 * nor rolled back is a failed migration, whatever other rows say of the same one, because the engine goes no further then. While another session
 * holds Prisma's lock, which nobody applies a migration without, it is not known to have failed: it has not ended.
 */
export async function readHistory(session: Session, table: TableName): Promise<History> {
  const missing = await missingColumns(session, table);
  if (missing === undefined) return { kind: "rows", rows: [] };
  if (missing.length > 0) return unreadable(table, missing);
  const iso = (column: string) =>
    `pg_catalog.to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
  const rows = await session.query<StoredRow>(
    `SELECT migration_name AS revision, checksum, ${iso("finished_at")} AS "finishedAt", ${iso("started_at")} AS "startedAt", ` +
      `(extract(epoch FROM finished_at - started_at) * 1000)::bigint::text AS "durationMs", logs ` +
      `FROM ${sqlName(table)} WHERE rolled_back_at IS NULL ORDER BY started_at`,
  );
  const open = rows.filter(({ finishedAt }) => finishedAt === null);
  const openNames = new Set(open.map(({ revision }) => revision));
  const applied = rows.filter(({ revision, finishedAt }) => finishedAt !== null && !openNames.has(revision));
  const ended = unique(open.map(toFailed));
  // The engine writes down an error as soon as there is one.
  const mayGoOn = ended.some(hasNoReason) && (await isHeldElsewhere(session));
  return {
    kind: "rows",
    rows: unique(applied.map(toRow)),
    failed: mayGoOn ? ended.filter((row) => !hasNoReason(row)) : ended,
    begun: mayGoOn ? ended.filter(hasNoReason) : [],
  };
}

function hasNoReason({ reason }: FailedRow): boolean {
  return reason === undefined;
}

function toRow({ revision, checksum, finishedAt, durationMs }: StoredRow): HistoryRow {
  const duration = durationMs === null ? Number.NaN : Number(durationMs);
  return {
    revision,
    checksum,
    ...(finishedAt === null ? {} : { appliedAt: finishedAt }),
    ...(duration >= 0 ? { durationMs: duration } : {}),
  };
}

const longestReason = 200;

function toFailed({ revision, checksum, startedAt, logs }: StoredRow): FailedRow {
  const reason = reasonIn(logs ?? "");
  return {
    revision,
    checksum,
    ...(startedAt === null ? {} : { startedAt }),
    ...(reason === "" ? {} : { reason }),
  };
}

/** The engine's log of an error: its message, then where in the engine's own source it came up. */
function reasonIn(logs: string): string {
  const lines = logs.split("\n").map((line) => line.trim());
  const trace = lines.findIndex((line) => /^0: /.test(line));
  const said = (trace < 0 ? lines : lines.slice(0, trace)).filter(
    (line) => line !== "" && line !== "external connector error",
  );
  return said.join(" ").slice(0, longestReason);
}

function unique<Row extends { revision: string }>(rows: Row[]): Row[] {
  return [...new Map(rows.map((row) => [row.revision, row])).values()];
}

const columns = [
  "id",
  "checksum",
  "finished_at",
  "migration_name",
  "logs",
  "rolled_back_at",
  "started_at",
  "applied_steps_count",
];

/** Undefined where there is no table at all. */
async function missingColumns(session: Session, { schema, name }: TableName): Promise<string[] | undefined> {
  const rows = await session.query<{ name: string | null }>(
    "SELECT a.attname AS name FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace " +
      "LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped " +
      "WHERE n.nspname = $1 AND c.relname = $2",
    [schema, name],
  );
  if (rows.length === 0) return undefined;
  return columns.filter((column) => !rows.some((row) => row.name === column));
}

function unreadable({ schema, name }: TableName, missing: string[]): History {
  return {
    kind: "unreadable",
    reason: `The table ${schema}.${name} has no ${missing.join(", ")}, so it is not the history that Prisma writes.`,
    hint: 'Rename that table, or give the handler the schema where Prisma\'s tables are: prisma({ schema: "app" }).',
  };
}

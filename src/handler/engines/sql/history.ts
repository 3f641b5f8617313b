import type { Session } from "../../session.js";
import type { History, HistoryRow, SourceMigration } from "../parts.js";
import { type Column, type HistoryTable, tableColumns, whyForeign } from "./history-table.js";

/** Reads whatever of our columns the table has. */
export async function readHistory(session: Session, table: HistoryTable): Promise<History> {
  const columns = await tableColumns(session, table);
  if (columns === undefined) return { kind: "rows", rows: [] };
  const reason = whyForeign(table, columns);
  if (reason !== undefined) {
    const hint =
      'Rename that table, or give the handler another one: sql({ table: "migrate_remote_history" }).';
    return { kind: "unreadable", reason, hint };
  }
  const rows = await session.query<StoredRow>(
    `SELECT version::text AS revision, ${timeOf(columns)} AS "appliedAt", ${storedValue(columns, "checksum", "S")} AS checksum, ` +
      `${storedValue(columns, "duration_ms", "N")} AS "durationMs" FROM ${table.sql} WHERE version IS NOT NULL ORDER BY 1`,
  );
  return { kind: "rows", rows: uniqueRows(rows.map(toRow)) };
}

interface StoredRow {
  revision: string;
  appliedAt: string | null;
  checksum: string | null;
  durationMs: string | null;
}

function toRow({ revision, appliedAt, checksum, durationMs }: StoredRow): HistoryRow {
  const duration = durationMs === null ? Number.NaN : Number(durationMs);
  return {
    revision,
    ...(appliedAt === null ? {} : { appliedAt }),
    ...(checksum === null || checksum === "" ? {} : { checksum }),
    ...(duration >= 0 ? { durationMs: duration } : {}),
  };
}

/** An older Lambda's table need not have a primary key. */
function uniqueRows(rows: HistoryRow[]): HistoryRow[] {
  return [...new Map(rows.map((row) => [row.revision, row])).values()];
}

function columnOf(columns: Column[], name: string): Column | undefined {
  return columns.find((column) => column.name === name);
}

function timeOf(columns: Column[]): string {
  const type = columnOf(columns, "applied_at")?.type ?? "";
  const iso = (value: string) =>
    `CASE WHEN pg_catalog.isfinite(applied_at) THEN pg_catalog.to_char(${value}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') END`;
  if (/^timestamp.* with time zone/.test(type)) return iso("applied_at AT TIME ZONE 'UTC'");
  // Without a zone it is what the older Lambda's session thought; Lambda's clocks and RDS are UTC.
  if (/^timestamp/.test(type)) return iso("applied_at");
  return "NULL";
}

function storedValue(columns: Column[], name: string, category: string): string {
  return columnOf(columns, name)?.category === category ? `${name}::text` : "NULL";
}

/** Inserts a row, or brings the one that is there up to date. Columns of another type than ours are left alone. */
export async function writeRow(
  session: Session,
  table: HistoryTable,
  columns: Column[],
  migration: SourceMigration,
  written: { runId: string; durationMs?: number },
): Promise<void> {
  // Each with its type: beside a varchar column PostgreSQL would guess another one.
  const values = new Map<string, { value: unknown; type: string }>([
    ["version", { value: migration.revision, type: "text" }],
  ]);
  const set = (name: string, category: string, value: unknown, type: string) => {
    if (columnOf(columns, name)?.category === category) values.set(name, { value, type });
  };
  set("checksum", "S", migration.checksum, "text");
  set("run_id", "S", written.runId, "text");
  if (written.durationMs !== undefined) set("duration_ms", "N", Math.round(written.durationMs), "bigint");
  const names = [...values.keys()];
  const parameters = [...values.values()].map(({ type }, index) => `$${index + 1}::${type}`);
  const all = [...values.values()].map(({ value }) => value);
  if (names.length > 1) {
    const updates = names.map((name, index) => `${name} = ${parameters[index]}`).slice(1);
    const text = `UPDATE ${table.sql} SET ${updates.join(", ")} WHERE version::text = $1::text RETURNING 1`;
    const updated = await session.query(text, all);
    if (updated.length > 0) return;
  }
  // Also where the column has no default of its own.
  const time = /^timestamp/.test(columnOf(columns, "applied_at")?.type ?? "");
  await session.query(
    `INSERT INTO ${table.sql} (${[...names, ...(time ? ["applied_at"] : [])].join(", ")}) ` +
      `SELECT ${[...parameters, ...(time ? ["now()"] : [])].join(", ")} ` +
      `WHERE NOT EXISTS (SELECT FROM ${table.sql} WHERE version::text = $1::text)`,
    all,
  );
}

export async function removeRows(session: Session, table: HistoryTable, revisions: string[]): Promise<void> {
  await session.query(`DELETE FROM ${table.sql} WHERE version::text = ANY($1::text[])`, [revisions]);
}

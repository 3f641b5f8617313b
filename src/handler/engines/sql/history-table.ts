import type { TableName } from "../../../contract/sql/fingerprint.js";
import { refusal } from "../../refusal.js";
import type { Session } from "../../session.js";
import { quoted } from "../shared/tables.js";

/** The history table by name; `schema` is known from the start, because a migration may change the search path. */
export interface HistoryTable extends TableName {
  /** Quoted, for use in SQL. */
  sql: string;
}

export interface Column {
  name: string;
  /** PostgreSQL's typcategory: S text, N number, D date. */
  category: string;
  type: string;
  /** An INSERT that does not name it fails. */
  demanded: boolean;
}

/** Finds where the table is, or where it would be created. `table` may name a schema: `ops.schema_migrations`. */
export async function locateTable(session: Session, table: string): Promise<HistoryTable> {
  const dot = table.indexOf(".");
  const name = table.slice(dot + 1);
  if (name === "" || dot === 0) {
    throw refusal(
      "configuration_error",
      `The handler's table is ${JSON.stringify(table)}, which is no table's name.`,
      {
        hint: 'Give a name such as "schema_migrations" or "ops.schema_migrations".',
      },
    );
  }
  if (dot > 0) return historyTable(table.slice(0, dot), name);
  const [row] = await session.query<{ schema: string | null }>(
    "SELECT COALESCE((SELECT n.nspname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace " +
      "WHERE c.oid = pg_catalog.to_regclass(pg_catalog.quote_ident($1))), pg_catalog.current_schema())::text AS schema",
    [name],
  );
  if (row?.schema) return historyTable(row.schema, name);
  throw refusal(
    "configuration_error",
    `No schema of the search path exists, so the table ${name} has no place.`,
    {
      hint: 'Create the schema, or name one: table: "public.schema_migrations".',
    },
  );
}

function historyTable(schema: string, name: string): HistoryTable {
  return { schema, name, sql: `${quoted(schema)}.${quoted(name)}` };
}

/** The table's columns; undefined where there is no such table. */
export async function tableColumns(session: Session, table: HistoryTable): Promise<Column[] | undefined> {
  const rows = await session.query<Column>(
    "SELECT a.attname AS name, t.typcategory AS category, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type, " +
      "a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AS demanded " +
      "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace " +
      "LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped " +
      "LEFT JOIN pg_catalog.pg_type t ON t.oid = a.atttypid WHERE n.nspname = $1 AND c.relname = $2",
    [table.schema, table.name],
  );
  return rows.length === 0 ? undefined : rows.filter(({ name }) => name !== null);
}

/** Why a table is no history of ours, nor of a Lambda that keeps `version` in one. */
export function whyForeign(table: HistoryTable, columns: Column[]): string | undefined {
  const byName = new Map(columns.map((column) => [column.name, column]));
  const version = byName.get("version");
  const called = `The table ${table.schema}.${table.name}`;
  if (byName.has("dirty") && version?.category === "N")
    return `${called} is golang-migrate's history (version, dirty), which this handler cannot read.`;
  if (version === undefined)
    return `${called} has no column version, so it is no history that this handler can read.`;
  if (version.category !== "S")
    return `${called} has a version of type ${version.type} where this handler's is text.`;
  const extra = columns.find(({ name, demanded }) => demanded && !ownColumns.has(name));
  if (extra !== undefined)
    return `${called} demands a value for ${extra.name}, which this handler's history does not have.`;
  return undefined;
}

const ownColumns = new Set(["version", "applied_at", "checksum", "duration_ms", "run_id"]);

const addable = {
  applied_at: "timestamptz",
  checksum: "text",
  duration_ms: "bigint",
  run_id: "text",
} as const;

/**
 * Creates the table, or adds to an older one what is missing. Added columns may be null, so that an older Lambda's
 * `INSERT … (version)` goes on working. Within the caller's transaction.
 */
export async function prepareTable(session: Session, table: HistoryTable): Promise<Column[]> {
  const columns = await tableColumns(session, table);
  if (columns === undefined) {
    await session.execute(
      `CREATE TABLE ${table.sql} (version text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now(), ` +
        "checksum text, duration_ms bigint, run_id text)",
    );
    return (await tableColumns(session, table)) ?? [];
  }
  const has = new Set(columns.map(({ name }) => name));
  const missing = Object.entries(addable).filter(([name]) => !has.has(name));
  if (missing.length === 0) return columns;
  const added = missing.map(([name, type]) => `ADD COLUMN ${name} ${type}`);
  // The default comes after the column: rows that stand there already were not applied now.
  const defaults = has.has("applied_at")
    ? ""
    : `; ALTER TABLE ${table.sql} ALTER COLUMN applied_at SET DEFAULT now()`;
  await session.execute(`ALTER TABLE ${table.sql} ${added.join(", ")}${defaults}`);
  return (await tableColumns(session, table)) ?? [];
}

import { foreignSchemas, type TableName } from "../../../contract/sql/fingerprint.js";
import type { Session } from "../../session.js";

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * True where there are tables (ordinary, partitioned or foreign) that are neither history nor an extension's. Views, sequences and
 * types alone are no schema that anybody would miss. `only`: those of one schema.
 */
export async function hasTables(session: Session, history: TableName, only?: string): Promise<boolean> {
  const [row] = await session.query<{ found: boolean }>(
    "SELECT EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace " +
      `WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't' AND ${foreignSchemas} ` +
      "AND ($3::text IS NULL OR n.nspname = $3) AND NOT (n.nspname = $1 AND c.relname = $2) AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d " +
      "WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')) AS found",
    [history.schema, history.name, only ?? null],
  );
  return row?.found === true;
}

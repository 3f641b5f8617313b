/** A table by name. */
export interface TableName {
  schema: string;
  name: string;
}

/** As much of a connection as reading the catalog needs. */
export interface CatalogReader {
  execute(script: string): Promise<unknown>;
  query<Row>(text: string, values: unknown[]): Promise<Row[]>;
}

/** What is nobody's application: PostgreSQL's schemas, and the schema of the ledger. */
export const foreignSchemas =
  "n.nspname NOT IN ('pg_catalog', 'information_schema', 'migrate_remote') AND n.nspname !~ '^pg_(toast|temp)'";

/** A schema as text: what each object is called → what it is. Two databases with the same map have the same schema. */
export type Fingerprint = Map<string, string>;

/**
 * Reads the catalog, without owners, privileges, comments, oids, the order of columns, what extensions own, and the history
 * table. Everything is written with its schema, so that two search paths give the same text.
 */
export async function readFingerprint(session: CatalogReader, history: TableName): Promise<Fingerprint> {
  await session.execute("BEGIN READ ONLY; SET LOCAL search_path = pg_catalog");
  try {
    const result: Fingerprint = new Map();
    for (const text of catalogQueries) {
      const rows = await session.query<{ object: string; definition: string | null }>(
        `WITH history(schema, name) AS (VALUES ($1::text, $2::text)) ${text}`,
        [history.schema, history.name],
      );
      for (const { object, definition } of rows) result.set(object, definition ?? "");
    }
    return result;
  } finally {
    await session.execute("ROLLBACK");
  }
}

const notHistory = "NOT EXISTS (SELECT FROM history h WHERE h.schema = n.nspname AND h.name = c.relname)";

/** The sequence behind an id that somebody gave the history table. */
const notOfHistory =
  "NOT EXISTS (SELECT FROM pg_depend d JOIN pg_class t ON t.oid = d.refobjid JOIN pg_namespace tn ON tn.oid = t.relnamespace " +
  "JOIN history h ON h.schema = tn.nspname AND h.name = t.relname " +
  "WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i'))";

function notOwned(catalog: string, oid: string): string {
  return (
    `NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = '${catalog}'::regclass ` +
    `AND d.objid = ${oid} AND d.deptype = 'e')`
  );
}

const relation =
  `FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND ${foreignSchemas} ` +
  `AND ${notHistory} AND ${notOwned("pg_class", "c.oid")}`;

const named = "n.nspname || '.' || c.relname";

const catalogQueries = [
  // The schema of history may have been made for it alone.
  `SELECT 'schema ' || n.nspname AS object, '' AS definition FROM pg_namespace n WHERE ${foreignSchemas} AND n.nspname <> 'public'
     AND n.nspname <> (SELECT schema FROM history) AND ${notOwned("pg_namespace", "n.oid")}
   UNION ALL SELECT 'extension ' || extname, '' FROM pg_extension`,
  `SELECT CASE c.relkind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view ' WHEN 'f' THEN 'foreign table ' ELSE 'table ' END || ${named} AS object,
     concat_ws(' ', c.relpersistence, c.relkind, c.reloptions::text, c.relrowsecurity, c.relforcerowsecurity,
       CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END, pg_get_expr(c.relpartbound, c.oid),
       (SELECT string_agg(i.inhparent::regclass::text, ',' ORDER BY i.inhseqno) FROM pg_inherits i WHERE i.inhrelid = c.oid),
       CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END) AS definition
   ${relation} WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm')`,
  `SELECT 'column ' || ${named} || '.' || a.attname AS object,
     concat_ws(' ', format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'not null' END, a.attidentity, a.attgenerated,
       pg_get_expr(f.adbin, f.adrelid), CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END) AS definition
   ${relation} JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
   JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef f ON f.adrelid = c.oid AND f.adnum = a.attnum
   WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c')`,
  // NOT NULL is told by its column: from 18 it is a constraint too, which older tables need not have by the same name.
  `SELECT 'constraint ' || ${named} || '.' || k.conname AS object, pg_get_constraintdef(k.oid) || CASE WHEN k.convalidated THEN '' ELSE ' not valid' END AS definition
   ${relation} JOIN pg_constraint k ON k.conrelid = c.oid WHERE k.contype IN ('c', 'f', 'p', 'u', 'x')`,
  `SELECT 'index ' || n.nspname || '.' || x.relname AS object, pg_get_indexdef(i.indexrelid) || CASE WHEN i.indisvalid THEN '' ELSE ' invalid' END AS definition
   ${relation} JOIN pg_index i ON i.indrelid = c.oid JOIN pg_class x ON x.oid = i.indexrelid`,
  `SELECT 'trigger ' || ${named} || '.' || g.tgname AS object, pg_get_triggerdef(g.oid) || ' ' || g.tgenabled::text AS definition
   ${relation} JOIN pg_trigger g ON g.tgrelid = c.oid WHERE NOT g.tgisinternal`,
  `SELECT 'rule ' || ${named} || '.' || r.rulename AS object, pg_get_ruledef(r.oid) AS definition
   ${relation} JOIN pg_rewrite r ON r.ev_class = c.oid WHERE r.rulename <> '_RETURN'`,
  `SELECT 'policy ' || ${named} || '.' || p.polname AS object,
     concat_ws(' ', p.polcmd, p.polpermissive, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) AS definition
   ${relation} JOIN pg_policy p ON p.polrelid = c.oid`,
  `SELECT 'sequence ' || ${named} AS object,
     concat_ws(' ', format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle) AS definition
   ${relation} JOIN pg_sequence s ON s.seqrelid = c.oid WHERE ${notOfHistory}`,
  `SELECT 'function ' || n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' AS object,
     CASE WHEN p.prokind = 'a' THEN 'aggregate ' || pg_get_function_result(p.oid) || ' ' || g.aggtransfn::text ELSE pg_get_functiondef(p.oid) END AS definition
   FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace AND ${foreignSchemas} LEFT JOIN pg_aggregate g ON g.aggfnoid = p.oid
   WHERE ${notOwned("pg_proc", "p.oid")}`,
  `SELECT 'type ' || n.nspname || '.' || t.typname AS object,
     concat_ws(' ', t.typtype, (SELECT string_agg(quote_literal(e.enumlabel), ',' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid),
       CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) || CASE WHEN t.typnotnull THEN ' not null' ELSE '' END END, t.typdefault,
       (SELECT string_agg(k.conname || ' ' || pg_get_constraintdef(k.oid), ',' ORDER BY k.conname) FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'),
       (SELECT format_type(r.rngsubtype, NULL) FROM pg_range r WHERE r.rngtypid = t.oid)) AS definition
   FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace AND ${foreignSchemas} LEFT JOIN pg_class c ON c.oid = t.typrelid
   WHERE (t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND c.relkind = 'c')) AND ${notOwned("pg_type", "t.oid")}`,
];

/** The objects that are not the same in both, each told once. */
export function differences(actual: Fingerprint, expected: Fingerprint): string[] {
  const lines: string[] = [];
  for (const [object, definition] of expected) {
    if (!actual.has(object)) lines.push(`${object} is missing`);
    else if (actual.get(object) !== definition) lines.push(`${object} differs`);
  }
  for (const object of actual.keys()) if (!expected.has(object)) lines.push(`${object} is additional`);
  return lines;
}

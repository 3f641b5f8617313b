import type { ReportError } from "../../../contract/report.js";
import { Refusal, refusal } from "../../refusal.js";
import type { Session } from "../../session.js";
import { halfApplied } from "./failure.js";

export async function withLeftovers(session: Session, error: unknown): Promise<unknown> {
  return error instanceof Refusal ? new Refusal(await tellLeftovers(session, error.error)) : error;
}

/**
 * `CREATE INDEX CONCURRENTLY` that fails leaves an invalid index behind, which slows every write and makes the next try fail with
 * "already exists". Adds it, and how to be rid of it, to the failure.
 */
export async function tellLeftovers(session: Session, error: ReportError): Promise<ReportError> {
  const names = await invalidIndexes(session).catch(() => []);
  if (names.length === 0) return error;
  const left = `It left ${names.length === 1 ? "an invalid index" : "invalid indexes"} behind: ${names.join(", ")}.`;
  return {
    ...error,
    message: `${error.message} ${left}`,
    hint: `First: ${names.map((name) => `DROP INDEX CONCURRENTLY ${name};`).join(" ")}\n${error.hint ?? ""}`.trim(),
  };
}

const createsIndex =
  /^create\s+(?:unique\s+)?index\s+concurrently\s+if\s+not\s+exists\s+("(?:[^"]|"")+"|[^\s"(]+)/i;

/**
 * After a statement: `CREATE INDEX CONCURRENTLY IF NOT EXISTS` passes over what an attempt that died had left. The name is there, the
 * index is not, and what follows, such as to drop the one that it replaces, relies on it.
 */
export async function refusePassedOver(session: Session, revision: string, statement: string): Promise<void> {
  const written = createsIndex.exec(statement)?.[1];
  if (written === undefined) return;
  const name = written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written.toLowerCase();
  const [found] = await session.query(`SELECT 1 ${fromInvalidIndexes} AND c.relname = $1 LIMIT 1`, [name]);
  if (found === undefined) return;
  const error = refusal(
    "migration_failed",
    `${revision} failed: the index ${name} is there, but invalid, so IF NOT EXISTS did not make it. What came before it in the file stands.`,
    { revision, hint: halfApplied(revision) },
  );
  throw await withLeftovers(session, error);
}

/** Invalid and not being built at the moment: a build in progress holds its lock. */
const fromInvalidIndexes =
  "FROM pg_catalog.pg_index i " +
  "JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace " +
  "WHERE NOT i.indisvalid AND c.relkind = 'i' AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p " +
  "WHERE p.index_relid = c.oid)";

async function invalidIndexes(session: Session): Promise<string[]> {
  const rows = await session.query<{ name: string }>(
    `SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS name ${fromInvalidIndexes} ORDER BY 1 LIMIT 10`,
  );
  return rows.map(({ name }) => name);
}

import type { ReportError } from "../../../contract/report.js";
import { Refusal } from "../../refusal.js";
import type { Session } from "../../session.js";

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

/** Invalid and not being built at the moment: a build in progress holds its lock. */
async function invalidIndexes(session: Session): Promise<string[]> {
  const rows = await session.query<{ name: string }>(
    "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS name FROM pg_catalog.pg_index i " +
      "JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace " +
      "WHERE NOT i.indisvalid AND c.relkind = 'i' AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p " +
      "WHERE p.index_relid = c.oid) ORDER BY 1 LIMIT 10",
  );
  return rows.map(({ name }) => name);
}

import { serverError } from "../database-error.js";
import { type Refusal, refusal } from "../refusal.js";
import type { Session } from "../session.js";

/**
 * The ledger is made under `pg_advisory_xact_lock(1835624306, 1818584167)`, the ASCII codes of `migr` and `ledg`: concurrent
 * `CREATE … IF NOT EXISTS` fail. It is never the lock of the migrations themselves, so a fence can make it while a run goes on.
 */
const creationKey = [1_835_624_306, 1_818_584_167];

/** A later version adds columns, each of which may be null; it renames and removes none, because older handlers go on writing. */
export const ledgerColumns = {
  run_id: "text PRIMARY KEY",
  state: "text NOT NULL",
  operation: "text NOT NULL",
  part: "integer NOT NULL",
  requested_by: "text",
  requested_from: "text",
  git_commit: "text",
  plan: "jsonb",
  snapshot_id: "text",
  snapshot_skipped: "text",
  engine: "text",
  from_revisions: "text[]",
  to_revisions: "text[]",
  applied: "text[]",
  history_repaired: "boolean",
  started_at: "timestamptz NOT NULL DEFAULT now()",
  updated_at: "timestamptz NOT NULL DEFAULT now()",
  finished_at: "timestamptz",
  lease_until: "timestamptz",
  backend_pid: "integer",
  backend_start: "timestamptz",
  deadline_at: "timestamptz",
  handler_version: "text",
  error: "jsonb",
  report: "jsonb",
} as const;

const comment = "migrate-remote: who ran which migrations when, and how it ended. Version 1.";

/** False: no ledger, so nothing was ever recorded. */
export async function hasLedger(session: Session): Promise<boolean> {
  return (await present(session)).columns.size > 0;
}

/** Makes the ledger, or adds to an older one what is missing. Needs no rights where it is complete. */
export async function ensureLedger(session: Session): Promise<void> {
  if (isComplete((await present(session)).columns)) return;
  let found: Present | undefined;
  try {
    // Each statement has to see what others committed while this one waited for the lock.
    await session.execute("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
    await session.query("SELECT pg_catalog.pg_advisory_xact_lock($1, $2)", creationKey);
    found = await present(session);
    if (!isComplete(found.columns)) await session.execute(definition(found));
    await session.execute("COMMIT");
  } catch (error) {
    await session.execute("ROLLBACK").catch(() => {});
    if (found !== undefined && isDenied(error)) throw notPermitted(session, ...toMake(session, found));
    throw error;
  }
}

/** One of our own statements on a ledger that is there. */
export async function onLedger<T>(session: Session, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!isDenied(error)) throw error;
    const who = quoted(session.connection.user);
    const statement = `GRANT USAGE ON SCHEMA migrate_remote TO ${who}; GRANT SELECT, INSERT, UPDATE ON migrate_remote.runs TO ${who}`;
    throw notPermitted(session, "use the ledger, the table migrate_remote.runs", statement);
  }
}

function isDenied(error: unknown): boolean {
  return serverError(error)?.sqlstate === "42501";
}

interface Present {
  schema: boolean;
  columns: Set<string>;
}

/** From the catalog, which may be read without any right to the schema. */
async function present(session: Session): Promise<Present> {
  const rows = await session.query<{ name: string | null }>(
    "SELECT a.attname AS name FROM pg_catalog.pg_namespace n " +
      "LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = 'runs' " +
      "LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped " +
      "WHERE n.nspname = 'migrate_remote'",
  );
  const names = rows.flatMap(({ name }) => (name === null ? [] : [name]));
  return { schema: rows.length > 0, columns: new Set(names) };
}

function isComplete(found: Set<string>): boolean {
  return Object.keys(ledgerColumns).every((name) => found.has(name));
}

function definition(found: Present): string {
  const wanted = Object.entries(ledgerColumns).map(([name, type]) => `${name} ${type}`);
  const described = `COMMENT ON TABLE migrate_remote.runs IS '${comment}'`;
  if (found.columns.size > 0) {
    const added = wanted.map((column) => `ADD COLUMN IF NOT EXISTS ${column}`).join(", ");
    return `SET LOCAL lock_timeout = '10s'; ALTER TABLE migrate_remote.runs ${added}; ${described}`;
  }
  const schema = found.schema ? "" : "CREATE SCHEMA migrate_remote; ";
  return `${schema}CREATE TABLE migrate_remote.runs (${wanted.join(", ")}); ${described}`;
}

/** What was missing, and the statement that grants it. */
function toMake({ connection: { user, database } }: Session, found: Present): [string, string] {
  const who = quoted(user);
  if (found.columns.size > 0) {
    return [
      "add columns to the ledger, the table migrate_remote.runs",
      `ALTER TABLE migrate_remote.runs OWNER TO ${who}`,
    ];
  }
  if (found.schema)
    return [
      "make the ledger in the schema migrate_remote",
      `GRANT USAGE, CREATE ON SCHEMA migrate_remote TO ${who}`,
    ];
  return ["make the schema of the ledger", `GRANT CREATE ON DATABASE ${quoted(database)} TO ${who}`];
}

function notPermitted({ connection: { user } }: Session, what: string, statement: string): Refusal {
  return refusal(
    "permission_denied",
    `User ${user} may not ${what}. Without it nobody could say later what a run did, so nothing was executed.`,
    { hint: `As the owner: ${statement}`, sqlstate: "42501" },
  );
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

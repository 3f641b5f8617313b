import pg from "pg";
import { withClient } from "../postgres/connect.js";
import { addressOf } from "./address.js";
import type { Facts } from "./records.js";

/** A server on which databases are copied. */
export interface Server {
  /** Of any database of it that can be connected to. */
  url: string;
  /** It belongs to us, and so do its idle sessions. In a user's own server nobody's session is ended. */
  ours: boolean;
}

/** @returns undefined where there is no such server or database now */
export async function measure(
  { url }: Server,
  database: string,
): Promise<(Facts & { host: string }) | undefined> {
  try {
    return await withClient(url, async (client) => {
      const { rows } = await client.query<{ version: string; bytes: string }>(
        `SELECT pg_catalog.current_setting('server_version') AS version, pg_catalog.pg_database_size(oid) AS bytes
         FROM pg_catalog.pg_database WHERE datname = $1`,
        [database],
      );
      const [row] = rows;
      if (!row) return undefined;
      const { host, port, user } = addressOf(url);
      return { host, port, user, version: row.version.split(" ")[0] ?? "", bytes: Number(row.bytes) };
    });
  } catch {
    return undefined;
  }
}

/**
 * Ends the idle sessions where they are ours, and counts all that were there. A session that holds an advisory lock is at work: a
 * migration between two statements.
 */
export async function sessionsInTheWay(client: pg.Client, database: string, ours: boolean): Promise<number> {
  const { rowCount } = await client.query(
    `SELECT CASE WHEN $2::boolean AND idle THEN pg_catalog.pg_terminate_backend(pid) END
     FROM (SELECT a.pid, a.state = 'idle' AND a.state_change < pg_catalog.clock_timestamp() - interval '200 ms'
             AND NOT EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE l.pid = a.pid AND l.locktype = 'advisory') AS idle
           FROM pg_catalog.pg_stat_activity a
           WHERE a.datname = $1 AND a.pid <> pg_catalog.pg_backend_pid() AND a.backend_type <> 'autovacuum worker'
           OFFSET 0) AS sessions`,
    [database, ours],
  );
  return rowCount ?? 0;
}

/** Ends the session that a killed keeper may have left at work on this copy, and waits until it has ended. */
export async function endSessionsOf(client: pg.Client, copy: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const { rowCount } = await client.query(
      `SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity
       WHERE application_name = $1 AND pid <> pg_catalog.pg_backend_pid()`,
      [copy],
    );
    if (!rowCount) return;
    if (Date.now() > deadline) throw new Error(`the session that makes ${copy} does not end`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Names, and PostgreSQL's own numbers of them. */
export async function databasesIn(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ datname: string; oid: string }>(
    "SELECT datname, oid::text FROM pg_catalog.pg_database",
  );
  return new Map(rows.map(({ datname, oid }) => [datname, oid]));
}

/** Whoever is connected to it is cut off. The only place where anything is dropped. */
export async function removeDatabase(
  client: pg.Client,
  name: string,
  log: (line: string) => void,
): Promise<void> {
  if (!(await databasesIn(client)).has(name)) return;
  log(`rds: dropping database ${name}`);
  await client.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
  log(`rds: dropped database ${name}`);
}

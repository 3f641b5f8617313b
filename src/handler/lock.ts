import { lockedError } from "../contract/locked.js";
import type { LockHolder } from "../contract/report.js";
import { Refusal, refusal } from "./refusal.js";
import type { Session } from "./session.js";

/**
 * The session advisory lock of everything that writes: `pg_try_advisory_lock(1835624306, 1919249775)`, the ASCII codes of `migr` and
 * `remo`. Advisory locks belong to one database, so each database has its own. Take it by hand to keep migrations out.
 */
export const lockKey = [1_835_624_306, 1_919_249_775] as const;

/** The backend that holds our lock. */
export interface Lock {
  pid: number;
}

/** Takes the lock without waiting; says who has it otherwise. Who let go of it before it could be named does not count. */
export async function takeLock(session: Session, attempts = 3): Promise<Lock | { holder: LockHolder }> {
  const [row] = await session.query<{ taken: boolean | null; pid: number }>(
    "SELECT pg_catalog.pg_backend_pid() AS pid, " +
      "CASE WHEN pg_catalog.pg_backend_pid() = $3 THEN pg_catalog.pg_try_advisory_lock($1, $2) END AS taken",
    [...lockKey, session.pid],
  );
  if (row === undefined || row.pid !== session.pid) throw pooled();
  if (row.taken !== true) {
    const holder = await lockHolder(session);
    return holder.pid === undefined && attempts > 1 ? takeLock(session, attempts - 1) : { holder };
  }
  const lock = { pid: row.pid };
  // Poolers that take turns show at the very next statement.
  try {
    await verifyLock(session, lock);
    return lock;
  } catch (error) {
    await releaseLock(session, lock);
    throw error;
  }
}

/** Closing the connection releases the lock too, except behind a pooler, which keeps its backends and may have changed to another. */
export async function releaseLock(session: Session, lock: Lock): Promise<void> {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const rows = await session
      .query<{ pid: number }>(
        "SELECT pg_catalog.pg_backend_pid() AS pid, " +
          "CASE WHEN pg_catalog.pg_backend_pid() = $3 THEN pg_catalog.pg_advisory_unlock($1, $2) END AS released",
        [...lockKey, lock.pid],
      )
      // With the connection the lock is gone too.
      .catch(() => undefined);
    if (rows === undefined || rows[0]?.pid === lock.pid) return;
  }
}

function pooled(): Refusal {
  return refusal(
    "pooled_connection",
    "The connection changed to another PostgreSQL backend, as behind a transaction pooler, so the lock does not protect it.",
    {
      hint: "Give the function a direct connection, or a pooler in session mode; instead of RDS Proxy, the instance's own endpoint.",
    },
  );
}

const ourLock =
  "l.locktype = 'advisory' AND l.granted AND l.classid = $1::bigint::oid AND l.objid = $2::bigint::oid AND l.objsubid = 2 " +
  "AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())";

/** Asked inside each migration's transaction, where even a pooler keeps to one backend. */
export async function verifyLock(session: Session, lock: Lock): Promise<void> {
  const [row] = await session.query<{ pid: number; held: boolean }>(
    "SELECT pg_catalog.pg_backend_pid() AS pid, EXISTS (SELECT FROM pg_catalog.pg_locks l " +
      `WHERE ${ourLock} AND l.pid = pg_catalog.pg_backend_pid()) AS held`,
    [...lockKey],
  );
  if (row?.pid !== lock.pid) throw pooled();
  if (!row.held) {
    throw refusal(
      "lock_lost",
      "The lock that keeps other runs out is gone: something released it (pg_advisory_unlock_all in a migration?).",
      { hint: "See what is applied: migrate-remote status. Then run again." },
    );
  }
}

interface HolderRow {
  pid: number;
  name: string | null;
  since: Date | null;
}

/** Who holds the lock; empty where nobody does. Reads only. */
export async function lockHolder(session: Session): Promise<LockHolder> {
  const [row] = await session.query<HolderRow>(
    "SELECT l.pid, a.application_name AS name, a.backend_start AS since FROM pg_catalog.pg_locks l " +
      `LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid WHERE ${ourLock} LIMIT 1`,
    [...lockKey],
  );
  if (row === undefined) return {};
  const [, runId, requestedBy] = /^migrate-remote (\S+)(?: (\S+))?/.exec(row.name ?? "") ?? [];
  return {
    pid: row.pid,
    ...(runId === undefined ? {} : { runId }),
    ...(requestedBy === undefined ? {} : { requestedBy }),
    ...(row.since === null ? {} : { since: row.since.toISOString() }),
  };
}

/** `Run 2026…, asked for by ann@laptop, holds the lock of this database since …`. */
export function describeHolder(holder: LockHolder): string {
  return [
    holder.runId === undefined ? "Another session" : `Run ${holder.runId}`,
    holder.requestedBy === undefined ? "" : `, asked for by ${holder.requestedBy},`,
    " holds the lock of this database",
    holder.since === undefined ? "" : ` since ${holder.since}`,
    holder.pid === undefined ? "" : ` (PostgreSQL backend ${holder.pid})`,
  ].join("");
}

export function locked(holder: LockHolder): Refusal {
  return new Refusal(lockedError(`${describeHolder(holder)}.`, holder));
}

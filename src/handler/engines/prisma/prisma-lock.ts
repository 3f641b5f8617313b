import { refusal } from "../../refusal.js";
import type { Session } from "../../session.js";

/** Prisma's own advisory lock, which its command line takes too. */
const key = 72_707_369;

/**
 * Holds Prisma's lock meanwhile. The engine would wait ten seconds for it and then leave the session waiting; so it is tried first, and the
 * engine has it at once.
 */
export async function withPrismaLock<T>(session: Session, act: () => Promise<T>): Promise<T> {
  const [row] = await session.query<{ taken: boolean }>(
    "SELECT pg_catalog.pg_try_advisory_lock($1::bigint) AS taken",
    [key],
  );
  if (row?.taken !== true) {
    throw refusal("locked", `${somebody} This migration was not begun.`, {
      hint: "Wait for it to end, then look what is left: migrate-remote status",
    });
  }
  try {
    return await act();
  } finally {
    await release(session).catch(() => {});
  }
}

/** True where a session other than this one applies migrations, or writes their history. */
export async function isHeldElsewhere(session: Session): Promise<boolean> {
  const rows = await session.query(
    `SELECT FROM pg_catalog.pg_locks l WHERE ${prismaLock} AND l.granted AND l.pid <> pg_catalog.pg_backend_pid() ` +
      "AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())",
    [key],
  );
  return rows.length > 0;
}

const prismaLock =
  "l.locktype = 'advisory' AND l.classid = 0 AND l.objid = $1::bigint::oid AND l.objsubid = 1";

export async function refuseWhereHeld(session: Session): Promise<void> {
  if (!(await isHeldElsewhere(session))) return;
  throw refusal("locked", `${somebody} Nothing was done.`, {
    hint: "Wait for it to end: migrate-remote run --wait-lock 10m",
  });
}

const somebody = "Prisma's own lock is held: somebody runs `prisma migrate` on this database.";

/** As often as it was taken; the engine takes it once for each thing it does. */
async function release(session: Session): Promise<void> {
  for (let left = 100; left > 0; left -= 1) {
    const [row] = await session.query<{ released: boolean | null }>(
      `SELECT CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE ${prismaLock} AND l.pid = pg_catalog.pg_backend_pid()) ` +
        "THEN pg_catalog.pg_advisory_unlock($1::bigint) END AS released",
      [key],
    );
    if (row?.released !== true) return;
  }
}

import { isDeepStrictEqual } from "node:util";
import type { DatabaseIdentity } from "../contract/report.js";
import type { Engine } from "./engines/engine.js";
import type { Source } from "./engines/parts.js";
import type { Session } from "./session.js";
import { type Assessment, assess } from "./state.js";

/** The database as it is now, held against the source. */
export interface Overview {
  assessment: Assessment;
  database: DatabaseIdentity;
}

/**
 * Reads everything in one snapshot, so that a run going on beside it is seen either before or after a migration. A migration is told to have
 * failed only where a second look finds it as the first did: who was applying it may have ended between history's being read and its lock.
 */
export async function look(session: Session, engine: Engine, source: Source): Promise<Overview> {
  let seen = await lookOnce(session, engine, source);
  while (seen.assessment.failed.length > 0) {
    const again = await lookOnce(session, engine, source);
    if (isDeepStrictEqual(failedRows(again), failedRows(seen))) return again;
    seen = again;
  }
  return seen;
}

function failedRows({ assessment }: Overview) {
  return assessment.failed.map(({ row }) => row);
}

async function lookOnce(session: Session, engine: Engine, source: Source): Promise<Overview> {
  await session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  try {
    const database = await identify(session);
    const history = await engine.parts.history(session);
    const hasTables = await engine.parts.hasTables(session);
    return { assessment: assess(source, history, hasTables), database };
  } finally {
    // Where the connection is gone, the first error is the one to tell.
    await session.execute("ROLLBACK").catch(() => {});
  }
}

async function identify(session: Session): Promise<DatabaseIdentity> {
  const [row] = await session.query<{ name: string; user: string; version: string }>(
    "SELECT current_database()::text AS name, current_user::text AS \"user\", current_setting('server_version') AS version",
  );
  const { host, port, database, user } = session.connection;
  return {
    host,
    port,
    name: row?.name ?? database,
    user: row?.user ?? user,
    ...(row === undefined ? {} : { serverVersion: row.version }),
  };
}

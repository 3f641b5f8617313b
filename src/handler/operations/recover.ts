import { setTimeout as wait } from "node:timers/promises";
import { look, type Overview } from "../look.js";
import type { Session } from "../session.js";
import type { Work } from "../work.js";

const patience = 20_000;
const pause = 200;

/**
 * After the connection broke in the middle of a run: asks the database, on a new connection, what stands. Undefined where it
 * cannot be asked, or where the old backend is still at work, so that what it says may change.
 */
export async function recover(work: Work): Promise<Overview | undefined> {
  const until = Date.now() + Math.min(patience, work.clock.rest() * 0.8);
  const session = await reconnect(work, until);
  if (session === undefined) return undefined;
  try {
    if (!(await oldBackendEnded(session, work, until))) return undefined;
    return await look(session, work.engine, work.source);
  } catch {
    return undefined;
  } finally {
    await session.close();
  }
}

async function reconnect(work: Work, until: number): Promise<Session | undefined> {
  for (;;) {
    try {
      return await work.open({ purpose: "read" });
    } catch {
      if (Date.now() + pause > until) return undefined;
      await wait(pause);
    }
  }
}

/**
 * A backend whose client is gone ends within seconds by itself (`client_connection_check_interval`), where the server can notice. It is ended
 * here so that what it was doing is certainly over; the run's name makes sure that it is ours.
 */
async function oldBackendEnded(session: Session, work: Work, until: number): Promise<boolean> {
  const name = work.settings("read").applicationName;
  for (;;) {
    const rows = await session.query(
      "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity " +
        "WHERE pid = $1 AND pid <> pg_catalog.pg_backend_pid() AND application_name = $2",
      [work.session.pid, name],
    );
    if (rows.length === 0) return true;
    if (Date.now() + pause > until) return false;
    await wait(pause);
  }
}

import pg from "pg";
import { isLostConnection, withClient } from "../postgres/connect.js";
import { endSessionsOf, removeDatabase, type Server, sessionsInTheWay } from "./server.js";

export interface CopyOrder {
  reach: () => Promise<Server>;
  from: string;
  /** A name that nothing else has: whatever is called so is an earlier attempt. */
  to: string;
  /** Ends the idle handlers that may hold a connection to `from`. */
  retireHandlers?: () => Promise<void>;
  /** The copying itself begins, maybe for another time. */
  onCopying?: () => void;
  /** How long sessions at work are waited for. */
  patienceMs: number;
  signal: AbortSignal;
  log: (line: string) => void;
}

/**
 * Copies a database into one that nobody can connect to. PostgreSQL refuses while anybody is connected to the original, and lets nobody
 * connect while it copies (it holds the database's lock, which a new session waits for), so nothing slips in between.
 * What is said of the database itself (ALTER DATABASE … SET, GRANT … ON DATABASE) does not go with it.
 *
 * @throws Error when sessions were at work in `from` for too long
 */
export async function copyDatabase(order: CopyOrder): Promise<void> {
  const deadline = Date.now() + order.patienceMs;
  for (;;) {
    order.signal.throwIfAborted();
    await order.retireHandlers?.();
    order.signal.throwIfAborted();
    const sessions = await attempt(order).catch((error: unknown) => {
      if (!isPassing(error) || Date.now() > deadline) throw error;
      return 0;
    });
    if (sessions === "copied") return;
    if (Date.now() > deadline) {
      throw new Error(`${sessions} sessions were at work in database ${order.from} for too long`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** @returns how many sessions are in the way */
async function attempt({ reach, from, to, onCopying, signal, log }: CopyOrder): Promise<"copied" | number> {
  const { url, ours } = await reach();
  return withClient(url, async (client) => {
    const sessions = await sessionsInTheWay(client, from, ours);
    if (sessions > 0) return sessions;
    await endSessionsOf(client, to);
    await removeDatabase(client, to, log);
    // By this name the session can be told from all others, should its keeper be killed.
    await client.query("SELECT pg_catalog.set_config('application_name', $1, false)", [to]);
    signal.throwIfAborted();
    onCopying?.();
    const names = [to, from].map((name) => pg.escapeIdentifier(name));
    await client.query(`CREATE DATABASE ${names[0]} TEMPLATE ${names[1]} ALLOW_CONNECTIONS false`);
    return "copied";
  });
}

/** Somebody was connected after all (55006), or the server ended under us and is started again. */
function isPassing(error: unknown): boolean {
  return isLostConnection(error) || (error instanceof pg.DatabaseError && error.code === "55006");
}

import { setTimeout as wait } from "node:timers/promises";
import type { Work } from "../work.js";

// After `statement_timeout`, which says more clearly what happened.
const grace = 250;
const longestTimer = 2 ** 31 - 1;

/**
 * Cancels what PostgreSQL does for us when the function's time is nearly over. `statement_timeout` alone is not enough: it begins
 * anew with each statement of a script, and where the network went silent nothing of it arrives here.
 */
export async function withDeadline<T>(work: Work, act: () => Promise<T>): Promise<T> {
  const ended = new AbortController();
  let cancelling: Promise<void> | undefined;
  const timer = setTimeout(
    () => {
      cancelling = cancel(work, ended.signal);
    },
    Math.min(work.clock.left() + grace, longestTimer),
  );
  try {
    return await act();
  } finally {
    clearTimeout(timer);
    ended.abort();
    // A cancellation still under way would meet the next statement.
    await cancelling;
  }
}

async function cancel(work: Work, ended: AbortSignal): Promise<void> {
  const patience = Math.min(1000, work.clock.rest() / 3);
  await Promise.all([
    cancelBackend(work),
    // Nothing is heard of it: better to ask on a new connection while there is time.
    wait(patience, undefined, { signal: ended }).then(
      () => work.session.abort(),
      () => {},
    ),
  ]);
}

async function cancelBackend(work: Work): Promise<void> {
  try {
    const session = await work.open({ purpose: "read" });
    await session.query("SELECT pg_catalog.pg_cancel_backend($1)", [work.session.pid]);
    await session.close();
  } catch {
    // Then the connection is broken off, and PostgreSQL notices that its client is gone.
  }
}

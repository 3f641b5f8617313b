import type { Work } from "../work.js";

// After `statement_timeout`, which says more clearly what happened.
const grace = 250;
const longestTimer = 2 ** 31 - 1;

/**
 * Cancels what PostgreSQL does for us when the function's time is nearly over. `statement_timeout` alone is not enough: it begins
 * anew with each statement of a script.
 */
export async function withDeadline<T>(work: Work, act: () => Promise<T>): Promise<T> {
  let cancelling: Promise<void> | undefined;
  const timer = setTimeout(
    () => {
      cancelling = cancelBackend(work);
    },
    Math.min(work.clock.left() + grace, longestTimer),
  );
  try {
    return await act();
  } finally {
    clearTimeout(timer);
    // A cancellation still under way would meet the next statement.
    await cancelling;
  }
}

async function cancelBackend(work: Work): Promise<void> {
  try {
    const session = await work.open({ purpose: "read" });
    await session.query("SELECT pg_catalog.pg_cancel_backend($1)", [work.session.pid]);
    await session.close();
  } catch {
    // Then Lambda ends the function, and PostgreSQL notices that its client is gone.
  }
}

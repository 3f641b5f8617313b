import { rowsOf, until } from "../../support/postgres.js";

/** Not idempotent on purpose: each execution leaves a row. */
export const counting = {
  "001_counts": "CREATE TABLE counts (of text);",
  "002_first": "INSERT INTO counts VALUES ('002');",
  "003_second": "INSERT INTO counts VALUES ('003');",
};

/** Of them, what leaves a row when executed. */
export const all = ["002", "003"];

/** How often each of the counting migrations was executed. */
export async function executions(url: string): Promise<string[]> {
  const [found] = await rowsOf<{ found: boolean }>(url, "SELECT to_regclass('counts') IS NOT NULL AS found");
  if (!found?.found) return [];
  return (await rowsOf<{ of: string }>(url, "SELECT of FROM counts ORDER BY 1")).map(({ of }) => of);
}

export async function hasLedger(url: string): Promise<boolean> {
  const rows = await rowsOf(url, "SELECT FROM pg_namespace WHERE nspname = 'migrate_remote'");
  return rows.length > 0;
}

export async function ledger(url: string): Promise<{ run_id: string; state: string; part: number }[]> {
  if (!(await hasLedger(url))) return [];
  return rowsOf(url, "SELECT run_id, state, part FROM migrate_remote.runs ORDER BY started_at, run_id");
}

/** The backend of a migration that sleeps. */
export async function sleeping(url: string): Promise<number> {
  return until("a migration that sleeps", async () => {
    const rows = await rowsOf<{ pid: number }>(
      url,
      "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND application_name LIKE 'migrate-remote%' AND datname = current_database()",
    );
    return rows[0]?.pid;
  });
}

/** A clock that says there is plenty of time until `isLate`, and 4 seconds then. */
export function hurried(isLate: () => boolean) {
  return { getRemainingTimeInMillis: () => (isLate() ? 4000 : 60_000) };
}

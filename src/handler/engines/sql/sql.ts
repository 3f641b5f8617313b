import { asRefusal } from "../../database-error.js";
import { verifyLock } from "../../lock.js";
import type { Session } from "../../session.js";
import type { Engine } from "../engine.js";
import type { ApplyContext, HistoryChange } from "../parts.js";
import { recognise } from "../shared/recognise.js";
import { splitStatements } from "../shared/statements.js";
import { hasTables } from "../shared/tables.js";
import { applyMigration } from "./apply.js";
import { refuseTransactionControl } from "./failure.js";
import { readHistory, removeRows, writeRow } from "./history.js";
import { type HistoryTable, locateTable, prepareTable } from "./history-table.js";
import { replay } from "./replay.js";
import { readDirectory, readInline } from "./source.js";

export interface SqlOptions {
  /**
   * A folder of `NNN_name.sql` files, deployed with the function. A relative path counts from the function's root
   * (`LAMBDA_TASK_ROOT`), else from the working directory. A file's name without `.sql` is its revision; numbers give the order.
   * `.down.sql` and `.undo.sql` files are passed over, and so, with a problem in the report, is any other `.sql` file.
   */
  directory?: string | URL;
  /** Migrations in code instead of files: revision to SQL. Numbered revisions are ordered by number, others as written. */
  migrations?: Record<string, string>;
  /** The history table, perhaps with its schema. Default `schema_migrations`, in the first schema of the search path. */
  table?: string;
  /**
   * What to do with a pending migration that sorts before an applied one. `refuse` (default): a run stops with `out_of_order`.
   * `apply`: it is applied.
   */
  outOfOrder?: "refuse" | "apply";
}

/**
 * The engine for plain SQL. Each migration runs in one transaction together with its row of history, so it must not have BEGIN or COMMIT of
 * its own. What cannot run in a transaction (`CREATE INDEX CONCURRENTLY`, `VACUUM`) goes into a file whose first line
 * is `-- migrate-remote: no-transaction`; its statements are then sent one by one, and those before a failing one stand.
 */
export function sql(options: SqlOptions): Engine {
  const { directory, migrations, table = "schema_migrations", outOfOrder = "refuse" } = options;
  const located = (session: Session) => locateTable(session, table);
  return {
    name: "sql",
    parts: {
      outOfOrder,
      source: async () => {
        if (migrations !== undefined) return readInline(migrations);
        return readDirectory(directory ?? "migrations");
      },
      history: async (session) => readHistory(session, await located(session)),
      hasTables: async (session) => hasTables(session, await located(session)),
      check: (plan) => {
        for (const migration of plan) refuseTransactionControl(migration, splitStatements(migration.sql));
      },
      apply: async (session, migration, context) =>
        applyMigration(session, await located(session), migration, context),
      rewriteHistory: async (session, change, context, alongside) =>
        rewriteHistory(session, await located(session), change, context, alongside),
      recognise: async (session, source, _standing, open) => {
        const table = await located(session);
        return { record: await recognise(session, source, { table, open, execute: replay }), remove: [] };
      },
    },
  };
}

async function rewriteHistory(
  session: Session,
  table: HistoryTable,
  change: HistoryChange,
  context: ApplyContext,
  alongside: () => Promise<void>,
): Promise<void> {
  try {
    await session.execute("BEGIN");
    await verifyLock(session, context.lock);
    const columns = await prepareTable(session, table);
    if (change.remove.length > 0) await removeRows(session, table, change.remove);
    for (const migration of change.record)
      await writeRow(session, table, columns, migration, { runId: context.runId });
    await alongside();
    await session.execute("COMMIT");
  } catch (error) {
    await session.execute("ROLLBACK").catch(() => {});
    throw asRefusal(error, session.connection);
  }
}

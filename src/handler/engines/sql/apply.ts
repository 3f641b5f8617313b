import { isConnectionLost, serverError } from "../../database-error.js";
import { verifyLock } from "../../lock.js";
import { refusal } from "../../refusal.js";
import type { Session } from "../../session.js";
import type { ApplyContext, SourceMigration } from "../parts.js";
import { halfApplied } from "../shared/failure.js";
import { refusePassedOver, withLeftovers } from "../shared/leftovers.js";
import { type Statement, splitStatements } from "../shared/statements.js";
import { type FailedAt, migrationFailed } from "./failure.js";
import { writeRow } from "./history.js";
import { type HistoryTable, prepareTable } from "./history-table.js";

/** Applies one migration and writes its row. Either both stand or neither, unless the file asked for no transaction. */
export async function applyMigration(
  session: Session,
  table: HistoryTable,
  migration: SourceMigration,
  context: ApplyContext,
): Promise<{ durationMs: number }> {
  const began = performance.now();
  // Taken once, so that the report and history tell the same.
  let durationMs = 0;
  const execute = async (act: () => Promise<void>) => {
    await verifyLock(session, context.lock);
    await act();
    durationMs = Math.round(performance.now() - began);
  };
  if (migration.transactional) {
    await inTransaction(migration, session, async () => {
      await execute(() => executeScript(session, migration));
      await record(session, table, migration, context, durationMs);
    });
    return { durationMs };
  }
  await execute(() => executeOneByOne(session, migration));
  const statements = splitStatements(migration.sql).length;
  await inTransaction(migration, session, () =>
    record(session, table, migration, context, durationMs, statements),
  );
  return { durationMs };
}

async function inTransaction(
  migration: SourceMigration,
  session: Session,
  act: () => Promise<void>,
): Promise<void> {
  try {
    await session.execute("BEGIN");
    await act();
    await attempt(migration, () => session.execute("COMMIT"), { ...whole(migration), during: "commit" });
  } catch (error) {
    if (!isConnectionLost(error)) await session.execute("ROLLBACK");
    throw error;
  }
}

function whole(migration: SourceMigration): FailedAt {
  return { sent: { text: migration.sql, start: 0 } };
}

async function executeScript(session: Session, migration: SourceMigration): Promise<void> {
  const statements = splitStatements(migration.sql);
  if (statements.length === 0) return;
  const progress = { completed: 0 };
  await attempt(
    migration,
    () => session.execute(migration.sql, progress),
    // Read after the failure, when `completed` says how far it came.
    () => ({ ...whole(migration), statement: statements[progress.completed] }),
  );
  if (session.transactionStatus() === "T") return;
  throw refusal(
    "migration_failed",
    `${migration.revision} ended the transaction that it ran in, so part of it may stand, and it is not recorded.`,
    {
      revision: migration.revision,
      hint: halfApplied(migration.revision),
    },
  );
}

async function executeOneByOne(session: Session, migration: SourceMigration): Promise<void> {
  const statements = splitStatements(migration.sql);
  for (const [executed, statement] of statements.entries()) {
    const at = { sent: statement, statement, executed };
    await attempt(migration, () => session.execute(statement.text), at).catch(async (error: unknown) => {
      // It may have begun a transaction of its own.
      if (isConnectionLost(error)) throw error;
      await session.execute("ROLLBACK");
      throw await withLeftovers(session, error);
    });
    await refusePassedOver(session, migration.revision, statement.text);
  }
  if (session.transactionStatus() === "I") return;
  await session.execute("ROLLBACK");
  throw leftOpen(migration, statements);
}

function leftOpen(migration: SourceMigration, statements: Statement[]) {
  return refusal(
    "migration_failed",
    `${migration.revision} began a transaction and did not end it. It was rolled back; what came before it stands (${statements.length} statements in all).`,
    { revision: migration.revision, hint: "End the file with COMMIT." },
  );
}

async function record(
  session: Session,
  table: HistoryTable,
  migration: SourceMigration,
  context: ApplyContext,
  durationMs: number,
  executed?: number,
): Promise<void> {
  const at: FailedAt = {
    ...whole(migration),
    during: "history",
    ...(executed === undefined ? {} : { executed }),
  };
  await attempt(
    migration,
    async () => {
      // A migration may have changed both, and history is ours to write.
      await session.execute("RESET SESSION AUTHORIZATION; SET LOCAL search_path = pg_catalog");
      const columns = await prepareTable(session, table);
      await writeRow(session, table, columns, migration, { runId: context.runId, durationMs });
    },
    at,
  );
}

async function attempt(
  migration: SourceMigration,
  act: () => Promise<void>,
  at: FailedAt | (() => FailedAt),
): Promise<void> {
  try {
    await act();
  } catch (error) {
    const server = serverError(error);
    if (server === undefined || isConnectionLost(error)) throw error;
    throw migrationFailed(migration, server, typeof at === "function" ? at() : at);
  }
}

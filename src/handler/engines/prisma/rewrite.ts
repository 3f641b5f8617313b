import { asRefusal } from "../../database-error.js";
import { verifyLock } from "../../lock.js";
import type { Session } from "../../session.js";
import type { ApplyContext, HistoryChange, SourceMigration } from "../parts.js";
import { noScript, withEngine } from "./engine.js";
import { historyTable, readHistory, sqlName } from "./history.js";
import { migrationsList } from "./migrations-list.js";
import { withPrismaLock } from "./prisma-lock.js";
import type { SchemaEngine } from "./wasm.js";

/** Writes history by Prisma's engine where it has an operation for it, in one transaction of ours. */
export async function rewriteHistory(
  session: Session,
  schema: string,
  change: HistoryChange,
  { lock }: ApplyContext,
  alongside: () => Promise<void>,
): Promise<void> {
  try {
    await withPrismaLock(session, async () => {
      await session.execute("BEGIN");
      try {
        await verifyLock(session, lock);
        await withEngine(session, { schema, executeScript: noScript }, (engine) =>
          carryOut(session, schema, engine, change),
        );
        await alongside();
        await session.execute("COMMIT");
      } catch (error) {
        await session.execute("ROLLBACK").catch(() => {});
        throw error;
      }
    });
  } catch (error) {
    throw asRefusal(error, session.connection);
  }
}

async function carryOut(
  session: Session,
  schema: string,
  engine: SchemaEngine,
  { record, remove }: HistoryChange,
): Promise<void> {
  const table = historyTable(schema);
  const history = await readHistory(session, table);
  const { failed = [] } = history.kind === "rows" ? history : {};
  for (const revision of remove) {
    if (failed.some((row) => row.revision === revision))
      await engine.markMigrationRolledBack({ migrationName: revision });
    // Prisma has no word for it; marked as rolled back it could never be marked as applied again.
    else await session.query(`DELETE FROM ${sqlName(table)} WHERE migration_name = $1`, [revision]);
  }
  for (const migration of record) await markApplied(engine, migration, record);
}

function markApplied(
  engine: SchemaEngine,
  { revision }: SourceMigration,
  record: SourceMigration[],
): Promise<unknown> {
  return engine.markMigrationApplied({ migrationName: revision, migrationsList: migrationsList(record) });
}

import { isConnectionLost, serverError } from "../../database-error.js";
import { verifyLock } from "../../lock.js";
import { Refusal, refusal } from "../../refusal.js";
import type { Session } from "../../session.js";
import type { ApplyContext, SourceMigration } from "../parts.js";
import { withLeftovers } from "../shared/leftovers.js";
import { noScript, withEngine } from "./engine.js";
import { executeScript, LeftOpen, type Progress } from "./execute-script.js";
import { leftOpen, migrationFailed, type Recorded } from "./failure.js";
import { migrationsList, noFilters } from "./migrations-list.js";
import { withPrismaLock } from "./prisma-lock.js";
import { isAtomic, readScript, type Script } from "./script.js";

interface Step {
  migration: SourceMigration;
  script: Script;
  /** What is sent: PostgreSQL takes no byte order mark. */
  sent: string;
  progress: Progress;
}

/**
 * Has Prisma's engine apply one migration and write its row of history. The engine is shown that one alone: what it does not see it cannot
 * apply. Where a transaction may hold the script, its end in history is committed with it, so that a handler that is killed leaves both or neither.
 */
export async function applyMigration(
  session: Session,
  schema: string,
  migration: SourceMigration,
  { lock }: ApplyContext,
): Promise<{ durationMs: number }> {
  const began = performance.now();
  const step: Step = {
    migration,
    script: readScript(migration.sql),
    sent: migration.sql.replace(/^\ufeff/, ""),
    progress: { begun: false, completed: 0 },
  };
  const execute = () =>
    executeScript(session, step.script, step.sent, step.progress, {
      lock,
      schema,
      revision: migration.revision,
    });
  await withPrismaLock(session, async () => {
    await verifyLock(session, lock);
    try {
      await withEngine(session, { schema, executeScript: execute }, (engine) =>
        engine.applyMigrations({ migrationsList: migrationsList([migration]), filters: noFilters }),
      );
      await commit(session, step);
    } catch (error) {
      if (isConnectionLost(error)) throw error;
      if (session.transactionStatus() !== "I") await session.execute("ROLLBACK");
      throw await explained(session, schema, step, error);
    }
  });
  return { durationMs: Math.round(performance.now() - began) };
}

async function commit(session: Session, { migration, script, progress }: Step): Promise<void> {
  if (!progress.begun) {
    throw refusal(
      "plan_changed",
      `Prisma's engine found ${migration.revision} applied already, so somebody else applied it meanwhile. It was not executed.`,
      { hint: "See what the database has now: migrate-remote status" },
    );
  }
  if (script.kind === "together") await session.execute("COMMIT");
}

async function explained(session: Session, schema: string, step: Step, error: unknown): Promise<unknown> {
  const { migration, script, progress } = step;
  const server = serverError(error);
  // Stopped before anything was executed, or by a time limit: it is not the migration that failed.
  const isUnharmed = !progress.begun || (server?.sqlstate === "57014" && isAtomic(script.kind));
  const recorded: Recorded =
    isUnharmed && (await markRolledBack(session, schema, migration)) ? "rolled_back" : "failed";
  if (error instanceof LeftOpen) return leftOpen(migration);
  if (error instanceof Refusal || server === undefined || !progress.begun) return error;
  return withLeftovers(session, migrationFailed(migration, server, { ...step, recorded }));
}

/** False where the engine has written no row, or cannot write any more. */
async function markRolledBack(
  session: Session,
  schema: string,
  { revision }: SourceMigration,
): Promise<boolean> {
  try {
    await withEngine(session, { schema, executeScript: noScript }, (engine) =>
      engine.markMigrationRolledBack({ migrationName: revision }),
    );
    return true;
  } catch (error) {
    if (isConnectionLost(error)) throw error;
    return false;
  }
}

import { boundedText, type ServerError } from "../../database-error.js";
import { type Refusal, refusal } from "../../refusal.js";
import type { SourceMigration } from "../parts.js";
import { alreadyThere, detailOf, type FailedWhere, halfApplied, placeOfFailure } from "../shared/failure.js";
import { placeOf } from "../shared/position.js";
import { controlsTransaction, type Statement } from "../shared/statements.js";

/** Where in the source a failure happened, as far as it is known. */
export interface FailedAt extends FailedWhere {
  /** Set where statements before it stand, because there was no transaction. */
  executed?: number;
  /** During COMMIT, or while the row of history was written. */
  during?: "commit" | "history";
}

export function migrationFailed(migration: SourceMigration, error: ServerError, at: FailedAt): Refusal {
  return refusal("migration_failed", messageFor(migration, error, at), {
    revision: migration.revision,
    sqlstate: error.sqlstate,
    ...(at.during === undefined ? placeOfFailure(migration, error, at) : {}),
    ...detailOf(error),
    hint: hintFor(error, migration, at),
  });
}

function messageFor(migration: SourceMigration, error: ServerError, at: FailedAt): string {
  const when =
    at.during === "commit"
      ? " when it was committed"
      : at.during === "history"
        ? " when its row of history was written"
        : "";
  const stands =
    at.executed === undefined
      ? "Nothing of it stands."
      : at.executed === 0
        ? "It runs outside a transaction; none of its statements was executed before."
        : `It runs outside a transaction: its first ${at.executed} ${at.executed === 1 ? "statement stands" : "statements stand"}.`;
  return `${migration.revision} failed${when}: ${error.message}. ${stands}`;
}

const marker = "-- migrate-remote: no-transaction";

function hintFor({ sqlstate, message }: ServerError, migration: SourceMigration, at: FailedAt): string {
  const { revision, transactional } = migration;
  if (sqlstate === "25001" && transactional)
    return `Make this comment the file's first line, and keep in the file only what cannot run in a transaction: ${marker}`;
  if (sqlstate === "55P04" && transactional)
    return `Add the value in a migration of its own, or make this comment the file's first line: ${marker}`;
  if (sqlstate === "57014" && /statement timeout/.test(message))
    return "Raise the handler's statementTimeout, or the function's time limit where that is what ran out; or split the migration.";
  if (/^COPY from stdin/.test(message))
    return "A migration cannot bring data for COPY … FROM stdin. Write it as INSERT.";
  if (sqlstate === "57014")
    return "The function's time limit was near, or somebody cancelled it. Raise the limit, or split the migration.";
  if (sqlstate === "55P03")
    return "Another session holds a lock on that table. Run again when it is quiet, or raise the handler's lockTimeout.";
  if (alreadyThere.has(sqlstate))
    return `Where the database has this migration and only its history does not say so: migrate-remote fix-history --revision ${revision}. Otherwise correct the file and run again.`;
  if (at.executed) return halfApplied(revision);
  return "Correct the file, deploy it, and run again: migrate-remote run. What was applied before it stays applied.";
}

/** Found before anything is executed: our transaction would end where the file's does, and half of it would stand. */
export function refuseTransactionControl(migration: SourceMigration, statements: Statement[]): void {
  if (!migration.transactional) return;
  const found = statements.find(controlsTransaction);
  if (found === undefined) return;
  const { line, column, excerpt } = placeOf(migration.sql, found.start);
  const words = found.words.slice(0, 1).join(" ").toUpperCase();
  throw refusal(
    "configuration_error",
    `${migration.revision} has ${words} in line ${line}. Each migration already runs in a transaction of its own. Nothing was executed.`,
    {
      revision: migration.revision,
      line,
      column,
      ...(excerpt === undefined ? {} : { excerpt: boundedText(excerpt) }),
      hint: `Remove it from the file, or take the transaction into your own hands with the first line: ${marker}`,
    },
  );
}

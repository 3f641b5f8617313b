import { boundedText, type ServerError } from "../../database-error.js";
import { type Refusal, refusal } from "../../refusal.js";
import type { SourceMigration } from "../parts.js";
import { alreadyThere, detailOf, placeOfFailure } from "../shared/failure.js";
import { placeOf } from "../shared/position.js";
import type { Progress } from "./execute-script.js";
import { commits, isAtomic, refusesTransaction, type Script } from "./script.js";

/** What history says of it afterwards. */
export type Recorded = "failed" | "rolled_back";

export function migrationFailed(
  migration: SourceMigration,
  error: ServerError,
  how: { script: Script; sent: string; progress: Progress; recorded: Recorded },
): Refusal {
  const { script, sent, progress, recorded } = how;
  const { revision } = migration;
  const hasWhole = progress.completed >= script.statements.length;
  const when = hasWhole && script.statements.length > 0 ? " at its end" : "";
  const where = {
    sent: { text: sent, start: migration.sql.length - sent.length },
    statement: script.statements[progress.completed],
  };
  return refusal(
    "migration_failed",
    `${revision} failed${when}: ${error.message}. ${whatStands(script, progress)} ${inHistory(recorded)}`,
    {
      revision,
      sqlstate: error.sqlstate,
      ...(hasWhole ? {} : placeOfFailure(migration, error, where)),
      ...detailOf(error),
      hint: hintFor(error, revision, recorded),
    },
  );
}

/** What of a script stands after it failed. What came before a COMMIT of its own does. */
function whatStands({ kind, statements }: Script, { completed }: Progress): string {
  if (isAtomic(kind)) return "Nothing of it stands.";
  if (kind === "alone")
    return "It runs outside a transaction, so what it had committed or left behind by then stands.";
  const committed = statements.slice(0, completed).findLastIndex(commits) + 1;
  if (committed === 0) return "Nothing of it stands.";
  return `It has a COMMIT of its own, so its first ${committed} statements stand.`;
}

function inHistory(recorded: Recorded): string {
  return recorded === "failed" ? "History has it as failed." : "History has it as rolled back.";
}

function hintFor({ sqlstate, message }: ServerError, revision: string, recorded: Recorded): string {
  if (recorded === "rolled_back") {
    return /statement timeout/.test(message)
      ? "Raise the handler's statementTimeout, or the function's time limit where that is what ran out; or split the migration. Then run again."
      : "The function's time limit was near, or somebody cancelled it. Raise the limit, or split the migration. Then run again.";
  }
  const then = "Then let history be repaired, and run again: migrate-remote fix-history";
  if (sqlstate === "25001" || sqlstate === "55P04")
    return `Move that statement into a migration of its own, deploy it. ${then}`;
  if (sqlstate === "55P03")
    return `Another session holds a lock on that table. Wait until it is quiet, or raise the handler's lockTimeout. ${then}`;
  if (/^COPY from stdin/.test(message))
    return `A migration cannot bring data for COPY … FROM stdin; write it as INSERT and deploy it. ${then}`;
  if (alreadyThere.has(sqlstate))
    return `Where the database has this migration and only its history does not say so: migrate-remote fix-history --revision ${revision}. Otherwise correct the file and deploy it. ${then}`;
  return `Correct the file and deploy it. ${then}`;
}

/** The script ended, and a transaction did not; or it ended ours. */
export function leftOpen({ revision }: SourceMigration): Refusal {
  return refusal(
    "migration_failed",
    `${revision} began a transaction and did not end it. What it did since then was rolled back. ${inHistory("failed")}`,
    {
      revision,
      hint: "End the file with COMMIT, and deploy it. Then let history be repaired, and run again: migrate-remote fix-history",
    },
  );
}

/** Found before anything is executed: PostgreSQL refuses it in a file with other statements, and history would have a failed migration. */
export function refuseImpossible(migration: SourceMigration, { statements }: Script): void {
  if (statements.length < 2) return;
  const found = statements.find(refusesTransaction);
  if (found === undefined) return;
  const { line, column, excerpt } = placeOf(migration.sql, found.start);
  const what = found.words.includes("concurrently")
    ? "CONCURRENTLY"
    : found.words.slice(0, 2).join(" ").toUpperCase();
  throw refusal(
    "configuration_error",
    `${migration.revision} has ${what} in line ${line} beside other statements. PostgreSQL executes a file's statements in one transaction, where that is impossible. Nothing was executed.`,
    {
      revision: migration.revision,
      line,
      column,
      ...(excerpt === undefined ? {} : { excerpt: boundedText(excerpt) }),
      hint: "Move it into a migration of its own: prisma migrate dev --create-only",
    },
  );
}

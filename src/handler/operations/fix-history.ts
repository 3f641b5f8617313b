import type { FixHistoryOperation } from "../../contract/operations.js";
import type { MigrationEntry } from "../../contract/report.js";
import type { Lock } from "../lock.js";
import { look, type Overview } from "../look.js";
import { findRevision } from "../plan.js";
import { Refusal, refusal } from "../refusal.js";
import { appliedEntries, type Findings, findings, pendingEntry } from "../report.js";
import type { Work } from "../work.js";
import { recordRecognised, recordUpTo } from "./repair.js";

/** Repairs history without executing a migration. Done twice it changes nothing more. */
export async function fixHistory(work: Work, operation: FixHistoryOperation, lock: Lock): Promise<Findings> {
  const { session, engine, source } = work;
  const before = await look(session, engine, source);
  try {
    const changes = await repair(work, operation, lock, before);
    const after = changes.length === 0 ? before : await look(session, engine, source);
    const message =
      changes.length === 0
        ? "Migration history needs no repair"
        : `Migration history repaired: ${changes.length} changes`;
    work.log("info", "history_repaired", message);
    return findings(after, entries(after, changes));
  } catch (error) {
    if (error instanceof Refusal) return findings(before, entries(before, []), error.error);
    throw error;
  }
}

async function repair(
  work: Work,
  operation: FixHistoryOperation,
  lock: Lock,
  { assessment, database }: Overview,
): Promise<MigrationEntry[]> {
  const unreadable = assessment.problems.find(({ code }) => code === "unreadable_history");
  if (unreadable !== undefined) {
    throw refusal("inconsistent_history", `${unreadable.message} Nothing was changed.`, {
      hint: 'Rename that table, or give the handler another one: sql({ table: "migrate_remote_history" }).',
    });
  }
  if (operation.revision !== undefined) {
    const revision = findRevision(work.source, operation.revision);
    if (revision instanceof Refusal) throw revision;
    return recordUpTo(work, lock, { assessment, database }, revision);
  }
  if (assessment.state === "tables_without_migration_history") return recordRecognised(work, lock);
  if (assessment.state !== "inconsistent") return [];
  throw refusal(
    "inconsistent_history",
    "History has revisions that the deployed function does not have, so what is true cannot be found out. Nothing was changed.",
    {
      hint: "Deploy the function that has them, or say what is applied: migrate-remote fix-history --revision REV",
    },
  );
}

function entries({ assessment }: Overview, changes: MigrationEntry[]): MigrationEntry[] {
  const changed = new Map(changes.map((change) => [change.revision, change]));
  return [
    ...appliedEntries(assessment, (revision) => changed.get(revision)?.status ?? "applied"),
    ...changes.filter(({ status }) => status === "removed"),
    ...assessment.pending.filter(({ revision }) => !changed.has(revision)).map(pendingEntry),
  ];
}

import type { FixHistoryOperation } from "../../contract/operations.js";
import { canBeFoundOut, type MigrationEntry } from "../../contract/report.js";
import type { HistoryChange } from "../engines/parts.js";
import type { Lock } from "../lock.js";
import { look, type Overview } from "../look.js";
import { findRevision } from "../plan.js";
import { Refusal, refusal } from "../refusal.js";
import { appliedEntries, failedEntries, findings, pendingEntry } from "../report.js";
import type { Work } from "../work.js";
import type { Notes, Outcome, Prepared } from "./act.js";
import { changeEntries, changeUpTo, isNothing, recognised, rewrite } from "./repair.js";

/** Repairs history without executing a migration. Done twice it changes nothing more. */
export async function prepareRepair(
  work: Work,
  operation: FixHistoryOperation,
  lock: Lock,
): Promise<Prepared> {
  const { session, engine, source, log } = work;
  const before = await look(session, engine, source);
  try {
    await engine.parts.refuseCompany?.(session);
    const change = await neededChange(work, operation, before);
    if (isNothing(change)) {
      log("info", "history_repaired", "Migration history needs no repair");
      return { kind: "done", findings: findings(before, entries(before, [])) };
    }
    const carryOut = (notes: Notes) => repair(work, lock, before, change, notes);
    return { kind: "ready", from: before.assessment.current, repairs: true, carryOut };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { kind: "refused", findings: findings(before, entries(before, []), error.error) };
  }
}

async function repair(
  work: Work,
  lock: Lock,
  before: Overview,
  change: HistoryChange,
  notes: Notes,
): Promise<Outcome> {
  const { session, engine, source, log } = work;
  const end = { applied: [], paused: false };
  try {
    await rewrite(work, lock, change, notes);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ...end, findings: findings(before, entries(before, []), error.error) };
  }
  const after = await look(session, engine, source);
  const changes = changeEntries(change);
  log("info", "history_repaired", `Migration history repaired: ${changes.length} changes`);
  return { ...end, findings: findings(after, entries(after, changes)) };
}

async function neededChange(
  work: Work,
  { revision: wanted }: FixHistoryOperation,
  overview: Overview,
): Promise<HistoryChange> {
  const { assessment } = overview;
  const { unreadable } = assessment;
  if (unreadable !== undefined) {
    throw refusal("inconsistent_history", `${unreadable.reason} Nothing was changed.`, {
      hint: unreadable.hint,
    });
  }
  if (wanted !== undefined) {
    const revision = findRevision(work.source, wanted);
    if (revision instanceof Refusal) throw revision;
    return changeUpTo(work, overview, revision);
  }
  if (canBeFoundOut(assessment)) return recognised(work, assessment);
  if (assessment.state !== "inconsistent") return { record: [], remove: [] };
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
    ...failedEntries(assessment).filter(({ revision }) => !changed.has(revision)),
    ...assessment.pending.filter(({ revision }) => !changed.has(revision)).map(pendingEntry),
  ];
}

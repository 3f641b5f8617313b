import type { FixHistoryDryRunOperation, FixHistoryOperation } from "../../contract/operations.js";
import { repairId } from "../../contract/plan-id.js";
import { canBeFoundOut, type MigrationEntry, type Plan, type Problem } from "../../contract/report.js";
import type { HistoryChange } from "../engines/parts.js";
import type { Lock } from "../lock.js";
import { look, type Overview } from "../look.js";
import { findRevision } from "../plan.js";
import { Refusal, refusal } from "../refusal.js";
import { appliedEntries, type Findings, failedEntries, findings, pendingEntry } from "../report.js";
import type { Work } from "../work.js";
import type { Notes, Outcome, Prepared } from "./act.js";
import { changeEntries, changeUpTo, isNothing, recognised, repaired, rewrite } from "./repair.js";

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
    const needed = neededRepair(work, operation, before);
    const change = needed === "to-be-found-out" ? await recognised(work, before.assessment) : needed.change;
    if (isNothing(change)) {
      log("info", "history_repaired", "Migration history needs no repair");
      return { kind: "done", findings: findings(before, entries(before, [])) };
    }
    if (needed !== "to-be-found-out") refuseAnother(operation, planOf(work, before, needed));
    const carryOut = (notes: Notes) => repair(work, lock, before, change, notes);
    return { kind: "ready", from: before.assessment.current, repairs: true, carryOut };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { kind: "refused", findings: findings(before, entries(before, []), error.error) };
  }
}

/** Answers what a repair would change. Only reads: what has to be found out from the schema is not found out here. */
export async function repairDryRun(work: Work, operation: FixHistoryDryRunOperation): Promise<Findings> {
  const before = await look(work.session, work.engine, work.source);
  const answer = findings(before, entries(before, []));
  try {
    const needed = neededRepair(work, operation, before);
    if (needed === "to-be-found-out") return { ...answer, problems: [repairUnknown, ...answer.problems] };
    const after = { ...before, assessment: repaired(work, before.assessment, needed.change) };
    if (isNothing(needed.change)) return answer;
    const plan = planOf(work, before, needed);
    return { ...answer, migrations: entries(after, changeEntries(needed.change)), plan };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ...answer, error: error.error };
  }
}

const repairUnknown: Problem = {
  code: "plan_unknown",
  message:
    "What has to be recorded is found out from the schema, which needs a scratch database, and a dry-run creates none.",
};

/** What was shown and consented to is what is carried out, or nothing. */
function refuseAnother({ run }: FixHistoryOperation, { id }: Plan): void {
  if (run.planId === undefined || run.planId === id) return;
  throw refusal(
    "plan_changed",
    "The repair is not the one that was shown: the database or the deployed function changed since. Nothing was changed.",
    { hint: "Look at the new one: migrate-remote fix-history --revision REV" },
  );
}

function planOf({ engine }: Work, { assessment: { current } }: Overview, { to, change }: Needed): Plan {
  const content = { engine: engine.name, from: current, to, ...change };
  return { id: repairId(content), from: current, target: to.join(",") || null, revisions: [] };
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

interface Needed {
  /** What history will say. */
  to: string[];
  change: HistoryChange;
}

function neededRepair(
  { source }: Work,
  { revision: wanted }: FixHistoryOperation | FixHistoryDryRunOperation,
  { assessment }: Overview,
): Needed | "to-be-found-out" {
  const { unreadable } = assessment;
  if (unreadable !== undefined) {
    throw refusal("inconsistent_history", `${unreadable.reason} Nothing was changed.`, {
      hint: unreadable.hint,
    });
  }
  if (wanted !== undefined) {
    const revision = findRevision(source, wanted);
    if (revision instanceof Refusal) throw revision;
    return { to: [revision], change: changeUpTo(source, assessment, revision) };
  }
  if (canBeFoundOut(assessment)) return "to-be-found-out";
  if (assessment.state !== "inconsistent")
    return { to: assessment.current, change: { record: [], remove: [] } };
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

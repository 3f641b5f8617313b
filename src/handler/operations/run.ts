import type { RunOperation } from "../../contract/operations.js";
import { canBeFoundOut, type MigrationEntry, type Plan, type ReportError } from "../../contract/report.js";
import type { HistoryChange } from "../engines/parts.js";
import { halfApplied } from "../engines/shared/failure.js";
import type { Lock } from "../lock.js";
import { look, type Overview } from "../look.js";
import { Refusal } from "../refusal.js";
import { appliedEntries, failedEntries, findings, pendingEntry } from "../report.js";
import { restoreSettings } from "../session-settings.js";
import { type Assessment, assess } from "../state.js";
import type { Work } from "../work.js";
import type { Notes, Outcome, Prepared } from "./act.js";
import { applyPlan, type Progress } from "./apply-plan.js";
import { planNextPart, planRun, type RunPlan } from "./plan-run.js";
import { recover } from "./recover.js";
import { changeEntries, isNothing, recognised, rewrite } from "./repair.js";

/** Finds out what there is to apply. `continued`: the plan that an earlier part of this run claimed. */
export async function prepareRun(
  work: Work,
  operation: RunOperation,
  lock: Lock,
  continued?: Plan,
): Promise<Prepared> {
  const { session, engine, source, log } = work;
  const before = await look(session, engine, source);
  const { assessment } = before;
  log("info", "state", `Migration state: ${assessment.state}`, { state: assessment.state });
  try {
    await engine.parts.refuseCompany?.(session);
    const repairs =
      operation.fixHistory && canBeFoundOut(assessment) ? await recognised(work, assessment) : nothing;
    const planned =
      continued === undefined
        ? planRun(work, operation, repaired(work, assessment, repairs))
        : planNextPart(work, operation, continued, assessment);
    const { plan, rest } = planned;
    if (rest.length > 0) engine.parts.check(rest);
    if (rest.length === 0 && isNothing(repairs) && continued === undefined) {
      log("info", "up_to_date", "Database is up to date");
      return { kind: "done", findings: { ...findings(before, entries(before, [])), plan } };
    }
    const carryOut = (notes: Notes) => execute(work, lock, { ...planned, before, repairs }, notes);
    return { kind: "ready", plan, from: assessment.current, repairs: !isNothing(repairs), carryOut };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const plan = continued === undefined ? {} : { plan: continued };
    return { kind: "refused", findings: { ...findings(before, entries(before, []), error.error), ...plan } };
  }
}

const nothing: HistoryChange = { record: [], remove: [] };

/** The database as it will be once history is repaired. */
function repaired({ source }: Work, assessment: Assessment, change: HistoryChange): Assessment {
  if (isNothing(change)) return assessment;
  const changed = new Set([...change.remove, ...change.record.map(({ revision }) => revision)]);
  const kept = <Row extends { revision: string }>(rows: { row: Row }[]) =>
    rows.map(({ row }) => row).filter(({ revision }) => !changed.has(revision));
  const rows = [...kept(assessment.applied), ...change.record];
  return assess(source, { kind: "rows", rows, failed: kept(assessment.failed) }, true);
}

interface Decided extends RunPlan {
  before: Overview;
  repairs: HistoryChange;
}

/** Applies what is left of the plan. What happened is read back from the database, not computed. */
async function execute(work: Work, lock: Lock, decided: Decided, notes: Notes): Promise<Outcome> {
  const { before, repairs, plan, rest } = decided;
  const { log } = work;
  if (!isNothing(repairs)) {
    try {
      await rewrite(work, lock, repairs, notes);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const told = { ...findings(before, entries(before, []), error.error), plan };
      return { findings: told, applied: [], paused: false };
    }
  }
  log("info", "run_started", `Running ${rest.length} pending migrations...`, { total: rest.length });
  const progress = await applyPlan(work, decided, lock, notes);
  const after = await readBack(work, progress);
  const outcome = judge(progress, decided, after);
  // Whoever sent it without a run id cannot send its next part.
  if (progress.paused && !work.isIdentified) outcome.error ??= outOfTime(progress, decided);
  if (outcome.error === undefined && !progress.paused) {
    const revisions = `${plan.from.join(", ") || "(none)"} → ${after.assessment.current.join(", ")}`;
    log("info", "run_succeeded", `Database migrations completed successfully. Revision: ${revisions}`);
  }
  const told = [...changeEntries(repairs), ...outcome.entries];
  return {
    findings: { ...findings(after, entries(after, told), outcome.error), plan },
    applied: outcome.entries.filter(({ status }) => status === "applied").map(({ revision }) => revision),
    paused: progress.paused && outcome.error === undefined,
  };
}

/** On the same connection where there still is one. */
async function readBack(work: Work, { stopped }: Progress): Promise<Overview> {
  if (stopped === undefined || stopped.error !== undefined) {
    try {
      await restoreSettings(work.session, work.settings("record"));
      return await look(work.session, work.engine, work.source);
    } catch {
      // Gone meanwhile; a new connection tells as well.
    }
  }
  const overview = await recover(work);
  if (overview !== undefined) return overview;
  // A report would have to say what nobody knows. As a failed function it sends whoever asked to the database itself.
  const where = stopped === undefined ? "at the end" : `while ${stopped.revision} was being applied`;
  const why = stopped?.error === undefined ? "" : ` Before that: ${stopped.error.message}`;
  throw new Error(
    `The connection to the database broke ${where} and could not be made again in time, so what stands is not known here.${why} Ask the database when it answers again.`,
  );
}

function outOfTime({ applied }: Progress, { rest }: RunPlan): ReportError {
  return {
    code: "interrupted",
    message: `The function's time limit is near, so it stopped between two migrations: ${applied.size} of ${rest.length} are applied, none failed.`,
    hint: "Send the event again to apply the rest, or send it with `migrate-remote run`, which goes on by itself.",
  };
}

/** What history says decides; what was seen on the way only explains. */
function judge(
  { applied, stopped }: Progress,
  { all }: RunPlan,
  { assessment }: Overview,
): { entries: MigrationEntry[]; error?: ReportError } {
  const stands = new Map(assessment.applied.map(({ row }) => [row.revision, row]));
  const failed =
    stopped !== undefined && !stands.has(stopped.revision) && isFailure(stopped.error)
      ? stopped.revision
      : undefined;
  const entries = all.map(({ revision, checksum, transactional }): MigrationEntry => {
    const status = stands.has(revision) ? "applied" : revision === failed ? "failed" : "not_executed";
    const durationMs = applied.get(revision) ?? stands.get(revision)?.durationMs;
    return { revision, status, checksum, transactional, ...(durationMs === undefined ? {} : { durationMs }) };
  });
  if (stopped === undefined || entries.every(({ status }) => status === "applied")) return { entries };
  return {
    entries,
    error: stopped.error?.error ?? brokenConnection(stopped.revision, assessment, all),
  };
}

/** Only what was begun can have failed; a lost lock stops before. */
function isFailure(error: Refusal | undefined): boolean {
  return error === undefined || error.error.code === "migration_failed";
}

function brokenConnection(
  revision: string,
  { applied, failed }: Assessment,
  migrations: RunPlan["all"],
): ReportError {
  const migration = migrations.find((one) => one.revision === revision);
  const isIn = (rows: { row: { revision: string } }[]) => rows.some(({ row }) => row.revision === revision);
  const outcome = isIn(applied)
    ? "The database has it all the same; what comes after it was not executed."
    : migration?.transactional === false
      ? "It runs outside a transaction, so some of its statements may stand."
      : "The database has nothing of it.";
  return {
    code: "database_unreachable",
    message: `The connection to the database broke while ${revision} was being applied. ${outcome}`,
    revision,
    hint: isIn(failed)
      ? "History says that it failed. Let it be found out what stands of it: migrate-remote fix-history. Then run again."
      : migration?.transactional === false && !isIn(applied)
        ? `Look first what stands of it. ${halfApplied(revision)}`
        : "See what is applied: migrate-remote status. Then run again.",
  };
}

function entries({ assessment }: Overview, ofThisRun: MigrationEntry[]): MigrationEntry[] {
  const told = new Map(ofThisRun.map((entry) => [entry.revision, entry]));
  const before = appliedEntries(assessment, () => "skipped").filter(({ revision }) => !told.has(revision));
  const after = assessment.pending.filter(({ revision }) => !told.has(revision)).map(pendingEntry);
  const failed = failedEntries(assessment).filter(({ revision }) => !told.has(revision));
  return [...before, ...failed, ...ofThisRun, ...after];
}

import type { RunOperation } from "../../contract/operations.js";
import type { MigrationEntry, ReportError } from "../../contract/report.js";
import type { Lock } from "../lock.js";
import { look, type Overview } from "../look.js";
import { findRevision, makePlan, type PlannedMigrations, targetBehind } from "../plan.js";
import { Refusal, refusal } from "../refusal.js";
import { appliedEntries, type Findings, findings, pendingEntry } from "../report.js";
import { restoreSettings } from "../session-settings.js";
import type { Work } from "../work.js";
import { applyPlan, type Progress } from "./apply-plan.js";
import { recover } from "./recover.js";
import { recordRecognised } from "./repair.js";

/** Applies the plan. What happened is read back from the database, not computed. */
export async function run(work: Work, operation: RunOperation, lock: Lock): Promise<Findings> {
  const { session, engine, source, log } = work;
  let before = await look(session, engine, source);
  log("info", "state", `Migration state: ${before.assessment.state}`, { state: before.assessment.state });
  let recorded: MigrationEntry[] = [];
  let planned: PlannedMigrations;
  try {
    if (operation.fixHistory && before.assessment.state === "tables_without_migration_history") {
      recorded = await recordRecognised(work, lock);
      before = await look(session, engine, source);
    }
    planned = planRun(work, operation, before);
    if (planned.migrations.length > 0) engine.parts.check(planned.migrations);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return findings(before, entries(before, recorded), error.error);
  }
  const { plan, migrations } = planned;
  if (migrations.length === 0) {
    log("info", "up_to_date", "Database is up to date");
    return { ...findings(before, entries(before, recorded)), plan };
  }

  log("info", "run_started", `Running ${migrations.length} pending migrations...`, {
    total: migrations.length,
  });
  const progress = await applyPlan(work, migrations, lock);
  const after = await readBack(work, progress);
  const outcome = judge(progress, planned, after);
  if (outcome.error === undefined) {
    const revisions = `${plan.from.join(", ") || "(none)"} → ${after.assessment.current.join(", ")}`;
    log("info", "run_succeeded", `Database migrations completed successfully. Revision: ${revisions}`);
  }
  return { ...findings(after, entries(after, [...recorded, ...outcome.entries]), outcome.error), plan };
}

/** Everything that keeps a run from starting, in the order in which a person would want to know it. */
function planRun(work: Work, operation: RunOperation, { assessment }: Overview): PlannedMigrations {
  const { engine, source } = work;
  if (assessment.state === "inconsistent") {
    const problem = assessment.problems.find(
      ({ code }) => code === "missing" || code === "unreadable_history",
    );
    throw refusal("inconsistent_history", `${problem?.message ?? ""} Nothing was executed.`.trim(), {
      ...(problem?.revision === undefined ? {} : { revision: problem.revision }),
      hint: "Deploy the function that has what history names, or repair history: migrate-remote fix-history --revision REV",
    });
  }
  const target =
    operation.targetRevision === undefined ? undefined : findRevision(source, operation.targetRevision);
  if (target instanceof Refusal) throw target;
  if (assessment.state === "tables_without_migration_history" && source.migrations.length > 0) {
    throw refusal(
      "history_missing",
      "The database has tables but no migration history, so nobody knows which migrations it has. Nothing was executed.",
      {
        hint: "Say which revision it has: migrate-remote fix-history --revision REV. Or let it be found out: migrate-remote run --fix-history",
      },
    );
  }
  const behind = target === undefined ? undefined : targetBehind(assessment, source, target);
  if (behind !== undefined) throw behind;
  const planned = makePlan(engine.name, assessment, source, target);
  const planId = operation.run.planId;
  if (planId !== undefined && planId !== planned.plan.id) {
    throw refusal(
      "plan_changed",
      "The plan is not the one that was shown: the database or the deployed function changed since. Nothing was executed.",
      { hint: "Look at the new plan: migrate-remote run --dry-run" },
    );
  }
  const late = planned.migrations.filter(({ revision }) => assessment.outOfOrder.includes(revision));
  if (late.length > 0 && engine.parts.outOfOrder === "refuse") {
    const names = late.map(({ revision }) => revision);
    throw refusal(
      "out_of_order",
      `${names.slice(0, 10).join(", ")} ${late.length === 1 ? "comes" : "come"} before ${assessment.current[0]}, which is applied already. Nothing was executed.`,
      {
        revision: names[0] ?? "",
        hint: 'Give it a number after the last one, or allow it in the handler: sql({ outOfOrder: "apply" }).',
      },
    );
  }
  return planned;
}

/** On the same connection where there still is one. */
async function readBack(work: Work, { stopped }: Progress): Promise<Overview> {
  if (stopped === undefined || stopped.error !== undefined) {
    try {
      await restoreSettings(work.session, work.settings("read"));
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
    `The connection to the database broke ${where} and could not be made again in time, so what stands is not known here.${why} Ask the database when it answers: migrate-remote status`,
  );
}

/** What history says decides; what was seen on the way only explains. */
function judge(
  { applied, stopped }: Progress,
  { migrations }: PlannedMigrations,
  { assessment }: Overview,
): { entries: MigrationEntry[]; error?: ReportError } {
  const stands = new Set(assessment.applied.map(({ row }) => row.revision));
  const failed =
    stopped !== undefined && !stands.has(stopped.revision) && isFailure(stopped.error)
      ? stopped.revision
      : undefined;
  const entries = migrations.map(({ revision, checksum, transactional }): MigrationEntry => {
    const status = stands.has(revision) ? "applied" : revision === failed ? "failed" : "not_executed";
    const durationMs = applied.get(revision);
    return { revision, status, checksum, transactional, ...(durationMs === undefined ? {} : { durationMs }) };
  });
  if (stopped === undefined || entries.every(({ status }) => status === "applied")) return { entries };
  return { entries, error: stopped.error?.error ?? brokenConnection(stopped.revision, stands, migrations) };
}

/** Only what was begun can have failed; a lost lock stops before. */
function isFailure(error: Refusal | undefined): boolean {
  return error === undefined || error.error.code === "migration_failed";
}

function brokenConnection(
  revision: string,
  stands: Set<string>,
  migrations: PlannedMigrations["migrations"],
): ReportError {
  const migration = migrations.find((one) => one.revision === revision);
  const outcome = stands.has(revision)
    ? "The database has it all the same; what comes after it was not executed."
    : migration?.transactional === false
      ? "It runs outside a transaction, so some of its statements may stand."
      : "The database has nothing of it.";
  return {
    code: "database_unreachable",
    message: `The connection to the database broke while ${revision} was being applied. ${outcome}`,
    revision,
    hint: "See what is applied: migrate-remote status. Then run again.",
  };
}

function entries({ assessment }: Overview, ofThisRun: MigrationEntry[]): MigrationEntry[] {
  const told = new Map(ofThisRun.map((entry) => [entry.revision, entry]));
  const before = appliedEntries(assessment, () => "skipped").filter(({ revision }) => !told.has(revision));
  const after = assessment.pending.filter(({ revision }) => !told.has(revision)).map(pendingEntry);
  return [...before, ...ofThisRun, ...after];
}

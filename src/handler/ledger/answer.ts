import type { OperationKind, RunIdentity } from "../../contract/operations.js";
import type { MigrationEntry, Plan, Report, ReportError } from "../../contract/report.js";
import type { RunRecord } from "../../contract/run-record.js";
import { bounded, type Findings, nothingAsked } from "../report.js";
import type { StoredRun } from "./rows.js";

/** The row as it travels; its report only where that is asked for. */
export function recordOf({ live: _, historyRepaired: __, report: ___, ...record }: StoredRun): RunRecord {
  return record;
}

/** What is answered for a run that is final or paused already: what was answered then. */
export function recorded(run: StoredRun): Findings {
  const {
    operation: _,
    success: __,
    engine: ___,
    runId: ____,
    part: _____,
    ...told
  } = run.report ?? outline(run);
  return { ...told, run: recordOf(run) };
}

/** A row without a report: a fence, or a handler that could not write it any more. */
function outline(run: StoredRun): Report {
  const stands = new Set(run.applied);
  const error = run.error ?? unexplained(run);
  return {
    operation: run.operation,
    success: error === undefined,
    ...nothingAsked,
    currentRevisions: run.toRevisions,
    migrations: planEntries(run.plan, stands),
    ...(run.plan === undefined ? {} : { plan: run.plan }),
    ...(error === undefined ? {} : { error }),
  };
}

/** A final state that is no success is never answered as one. */
function unexplained({ runId, state }: StoredRun): ReportError | undefined {
  if (state === "succeeded" || state === "paused") return undefined;
  return {
    code: state === "fenced" ? "fenced" : "interrupted",
    message: `The ledger says that run ${runId} is ${state}, and not why. This delivery of it executed nothing.`,
    hint: "See what is applied and what is pending: migrate-remote status",
  };
}

/** `failed`: history says so, or it may stand in part; nobody shall read that it was not executed. */
export function planEntries(
  plan: Plan | undefined,
  stands: ReadonlySet<string>,
  failed?: string,
): MigrationEntry[] {
  return (plan?.revisions ?? []).map((revision) => ({
    revision,
    status: stands.has(revision) ? "applied" : revision === failed ? "failed" : "not_executed",
  }));
}

/** An earlier delivery of the same run is still at work; `run` is absent before that has recorded anything. */
export function alreadyRunning(runId: string, run?: StoredRun): Findings {
  const backend = run?.pid === undefined ? "" : `, pid ${run.pid}`;
  const message =
    run?.connected === false
      ? `The invocation of run ${runId} is gone, but PostgreSQL is still executing its statement${backend}.`
      : `Run ${runId} is still executing${backend}. This delivery of it did nothing.`;
  const error: ReportError = {
    code: "already_running",
    message,
    hint: `Follow it to its end: migrate-remote attach ${runId}`,
  };
  return { ...nothingAsked, error, ...(run === undefined ? {} : { run: recordOf(run) }) };
}

/** What is kept of an answer. Small enough that a later answer can carry it. */
export function reportOf(
  operation: OperationKind,
  engine: string,
  { runId, part }: Pick<RunIdentity, "runId" | "part">,
  { run: _, runs: __, ...told }: Findings,
): Report {
  const success = told.error === undefined;
  return bounded({ operation, success, engine, ...told, runId, part }, mostKept);
}

const mostKept = 2_000_000;

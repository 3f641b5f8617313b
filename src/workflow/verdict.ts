import { isErrorCode } from "../contract/errors.js";
import type { Report } from "../contract/report.js";
import type { RunRecord } from "../contract/run-record.js";
import type { Execution } from "./execute-run.js";
import { emptyHistory, historyView } from "./history-view.js";
import type { Evidence, HistoryView, ResultError, RunOutcome } from "./results.js";
import type { StageContext } from "./stage-context.js";

export type JudgedRun = HistoryView & {
  outcome: RunOutcome;
  evidence: Evidence;
  applied: string[];
  appliedKnown: boolean;
  parts?: number;
  error?: ResultError;
};

/** What an execution came to. `readStatus` is asked for what the database looks like where no report of the run tells. */
export async function judgeExecution(
  execution: Execution,
  runId: string,
  context: StageContext,
  readStatus: () => Promise<Report | undefined>,
): Promise<JudgedRun> {
  const { verdict, record, report } = execution;
  if (verdict === "unrecorded" && report !== undefined) return judgeReport(report, context);
  if (verdict === "recorded" && record !== undefined) {
    const seen = report ?? (await readStatus());
    const view = seen === undefined ? emptyHistory : await historyView(seen, context);
    const evidence = execution.error === undefined ? "report" : "ledger";
    return {
      ...view,
      evidence,
      applied: record.applied,
      appliedKnown: true,
      parts: record.part,
      ...recordedEnd(record, context.target.stage, execution.error),
    };
  }
  const error = execution.error ?? { code: "answer_lost", message: "The function's answer did not arrive." };
  if (verdict === "not-executed") {
    return { ...nothing(), appliedKnown: true, outcome: "not_started", error };
  }
  return { ...nothing(), outcome: "unknown", error: unknownError(error, runId, context) };
}

/** Nothing is known of it. */
export function nothing(): Omit<JudgedRun, "outcome"> {
  return { ...emptyHistory, evidence: "none", applied: [], appliedKnown: false };
}

function recordedEnd(
  record: RunRecord,
  stage: string,
  lost: ResultError | undefined,
): { outcome: RunOutcome; error?: ResultError } {
  const { state, error, applied, runId } = record;
  switch (state) {
    case "succeeded":
      return {
        outcome: applied.length > 0 || record.operation === "fix-history" ? "applied" : "nothing_to_do",
      };
    case "refused":
      return {
        outcome: error?.code === "locked" ? "locked" : "not_started",
        ...(error === undefined ? {} : { error }),
      };
    case "fenced":
      return {
        outcome: applied.length > 0 ? "failed" : "not_started",
        error: fencedError(record, stage, lost),
      };
    case "interrupted":
      return { outcome: "failed", error: error ?? interruptedError(runId, stage) };
    default:
      return {
        outcome: "failed",
        error: error ?? { code: "internal_error", message: "The run failed without saying why." },
      };
  }
}

function fencedError(
  { runId, applied }: RunRecord,
  stage: string,
  lost: ResultError | undefined,
): ResultError {
  const what =
    applied.length === 0
      ? "it did not run and never will"
      : `it stopped after ${applied.length} applied and will not go on`;
  return {
    code: "fenced",
    message: `${lost?.message ?? "The request was lost on its way."} Run ${runId} is fenced in the ledger: ${what}.`,
    hint: `Run anew: migrate-remote run --stage ${stage}`,
  };
}

function interruptedError(runId: string, stage: string): ResultError {
  return {
    code: "interrupted",
    message: `The function died while it worked on run ${runId}; what stands is what the database's history says.`,
    hint: `What it wrote: migrate-remote logs --stage ${stage}`,
  };
}

function unknownError(error: ResultError, runId: string, { target }: StageContext): ResultError {
  return {
    ...error,
    message: `${error.message} The ledger could not be asked either, so what it did is not known yet.`,
    hint: `Do not run anew before you know. When the database answers again: migrate-remote attach ${runId} --stage ${target.stage}`,
  };
}

/** A run's own report without a ledger: what was applied is told one by one. */
export async function judgeReport(
  report: Report,
  context: Pick<StageContext, "target" | "loadSqlParser">,
): Promise<JudgedRun> {
  const view = await historyView(report, context);
  const applied = report.migrations
    .filter(({ status }) => status === "applied")
    .map(({ revision }) => revision);
  const appliedKnown = report.appliedUnknown !== true;
  const base = { ...view, evidence: "report", applied, appliedKnown } as const;
  if (report.success && !appliedKnown) return { ...base, outcome: "succeeded" };
  if (report.success)
    return { ...base, outcome: applied.length > 0 || recorded(report) ? "applied" : "nothing_to_do" };
  const error = reportError(report);
  return { ...base, outcome: failureOutcome(report, error, applied.length), error };
}

function recorded(report: Report): boolean {
  return report.migrations.some(({ status }) => status === "recorded");
}

export function reportError(report: Report): ResultError {
  return (
    report.error ?? { code: "internal_error", message: "The function reported failure without saying why." }
  );
}

/** Only an error that we know to come before the first statement means that nothing was started. */
export function failureOutcome(
  report: Report,
  { code }: ResultError,
  changed: number,
): "locked" | "failed" | "not_started" {
  if (code === "locked") return "locked";
  const began = changed > 0 || report.migrations.some(({ status }) => status === "failed");
  const perhapsBegan = code === "migration_failed" || code === "internal_error" || !isErrorCode(code);
  return began || perhapsBegan ? "failed" : "not_started";
}

import { isErrorCode } from "../contract/errors.js";
import { Failure } from "../contract/failure.js";
import type { Report } from "../contract/report.js";
import { emptyHistory, historyView } from "./history-view.js";
import type { Evidence, HistoryView, ResultError, RunOutcome } from "./results.js";
import type { StageContext } from "./stage-context.js";

export type Verdict = HistoryView & {
  outcome: RunOutcome;
  evidence: Evidence;
  applied: string[];
  error?: ResultError;
};

/** The run's own report: what was applied is told one by one. */
export async function judgeReport(
  report: Report,
  loadSqlParser: StageContext["loadSqlParser"],
): Promise<Verdict> {
  const view = await historyView(report, loadSqlParser);
  const applied = report.migrations
    .filter(({ status }) => status === "applied")
    .map(({ revision }) => revision);
  const base = { ...view, evidence: "report", applied } as const;
  if (report.success)
    return { ...base, outcome: applied.length > 0 || recorded(report) ? "applied" : "nothing_to_do" };
  const error = report.error ?? {
    code: "internal_error",
    message: "The function reported failure without saying why.",
  };
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

/** Nothing came back: why, as far as the network told. */
export function lostAnswer(lost: unknown): ResultError {
  if (!(lost instanceof Failure))
    return { code: "answer_lost", message: "The function's answer did not arrive." };
  return { code: lost.code, message: lost.message, ...(lost.hint === undefined ? {} : { hint: lost.hint }) };
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

/** Without the run's report the database's own history decides: all of the plan applied, or not. */
export async function judgeStatus(
  report: Report | undefined,
  planned: string[],
  error: ResultError,
  context: StageContext,
): Promise<Verdict> {
  const stage = context.target.stage;
  if (report === undefined) {
    return {
      ...emptyHistory,
      outcome: "unknown",
      evidence: "none",
      applied: [],
      error: {
        ...error,
        message: `${error.message} The database could not be asked either, so what it did is not known.`,
        hint: `Do not run again before this answers: migrate-remote status --stage ${stage}`,
      },
    };
  }
  const view = await historyView(report, context.loadSqlParser);
  const pending = new Set(view.pending);
  const applied = planned.filter((revision) => !pending.has(revision));
  const base = { ...view, evidence: "status", applied } as const;
  if (!tellsPending(report)) return { ...base, applied: [], outcome: "unknown", error };
  if (planned.length > 0 && applied.length === planned.length) return { ...base, outcome: "applied" };
  return { ...base, outcome: "failed", error };
}

/** An older contract may say `pending_migrations` without saying which; then nothing follows from an empty list. */
function tellsPending(report: Report): boolean {
  if (report.state === "up_to_date") return true;
  return report.migrations.some(({ status }) => status === "pending");
}

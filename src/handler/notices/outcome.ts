import type { Report } from "../../contract/report.js";

/** Somebody was told no before anything was executed: neither a success nor a failure of a migration. */
const deliberate = new Set(
  (
    "already_running confirm_required fenced invalid_event locked out_of_order plan_changed target_behind_current " +
    "unknown_revision unsupported_operation"
  ).split(" "),
);

export function isDeliberate({ error }: Report): boolean {
  return error !== undefined && deliberate.has(error.code);
}

export function writesHistory({ operation }: Report): boolean {
  return operation === "run" || operation === "fix-history";
}

/** No end yet: the run's last part tells of them all. */
export function isPaused({ run, error }: Report): boolean {
  return run?.state === "paused" && error === undefined;
}

/** By this run; in other reports the word means that it stands. */
export function appliedBy(report: Report): string[] {
  return report.operation === "run" ? revisionsThat(report, "applied") : [];
}

export function repairedBy(report: Report): string[] {
  return revisionsThat(report, "recorded", "removed");
}

function revisionsThat({ migrations }: Report, ...statuses: string[]): string[] {
  return migrations.filter(({ status }) => statuses.includes(status)).map(({ revision }) => revision);
}

/** Milliseconds: this invocation's own; of a run that took several, from the first one's beginning to the last one's end. */
export function durationOf({ run, durationMs = 0 }: Report): number {
  if (run === undefined || run.part === 1 || run.finishedAt === undefined) return durationMs;
  const whole = Date.parse(run.finishedAt) - Date.parse(run.startedAt);
  return Number.isNaN(whole) ? durationMs : whole;
}

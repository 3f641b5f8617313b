import type { Report } from "../../contract/report.js";
import { appliedBy, durationOf, isDeliberate, isPaused, writesHistory } from "./outcome.js";

const connectionErrors = new Set([
  "database_unreachable",
  "database_authentication_failed",
  "database_not_found",
]);

export interface MetricsFacts {
  stage: string;
  coldStart: boolean;
  requestId?: string;
  /** Milliseconds since the epoch. */
  now: number;
}

/** What is counted, by name; empty where there is nothing to count. Also the reads count a database that cannot be reached. */
export function metricsOf(report: Report, { coldStart }: Pick<MetricsFacts, "coldStart">) {
  const { error } = report;
  const unreachable = error !== undefined && connectionErrors.has(error.code);
  if (isPaused(report) || !(writesHistory(report) || unreachable)) return {};
  const attempt = {
    MigrationDuration: durationOf(report),
    MigrationsApplied: appliedBy(report).length,
    MigrationSuccess: error === undefined ? 1 : 0,
    MigrationFailure: error === undefined ? 0 : 1,
  };
  return {
    ...(writesHistory(report) && !isDeliberate(report) ? attempt : {}),
    DatabaseConnectionErrors: unreachable ? 1 : 0,
    ColdStart: coldStart ? 1 : 0,
  };
}

/**
 * A line in CloudWatch's Embedded Metric Format, which CloudWatch Logs makes metrics of: whatever can have many values (run id, request id) is a
 * field, not a dimension. Undefined where there is nothing to count.
 */
export function metricsLine(report: Report, facts: MetricsFacts): Record<string, unknown> | undefined {
  const metrics: Record<string, number> = metricsOf(report, facts);
  const names = Object.keys(metrics);
  if (names.length === 0) return undefined;
  const { MigrationsApplied: applied, MigrationDuration: duration } = metrics;
  const unitOf = (name: string) => (name === "MigrationDuration" ? "Milliseconds" : "Count");
  return {
    level: "info",
    event: "metrics",
    message: applied === undefined ? "Metrics" : `Metrics: ${applied} applied in ${duration} ms`,
    ...(report.runId === undefined ? {} : { run_id: report.runId }),
    ...(facts.requestId === undefined ? {} : { request_id: facts.requestId }),
    stage: facts.stage,
    engine: report.engine ?? "unknown",
    ...metrics,
    _aws: {
      Timestamp: facts.now,
      CloudWatchMetrics: [
        {
          Namespace: "migrate-remote",
          Dimensions: [["stage", "engine"]],
          Metrics: names.map((name) => ({ Name: name, Unit: unitOf(name) })),
        },
      ],
    },
  };
}

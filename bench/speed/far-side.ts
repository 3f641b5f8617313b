import { createHash } from "node:crypto";
import { planId } from "../../src/contract/plan-id.js";
import type { Report } from "../../src/contract/report.js";
import type { RunRecord } from "../../src/contract/run-record.js";
import { toWire } from "../../src/contract/wire.js";

export interface Invoked {
  payload: unknown;
  logTail: string;
}

/** The function of this name has one migration pending, and after a run still has; any other one is up to date. */
export const behind = "bench-behind";

const done = "001_accounts";
const next = "002_notes";
const sql = "ALTER TABLE accounts ADD COLUMN notes text;\n";
const checksum = (text: string) => createHash("sha256").update(text).digest("hex");
const stream = "2026/11/20/[$LATEST]4448d455ab042a1558f7eb5015ec970d";

const read = {
  success: true,
  engine: "sql",
  problems: [],
  database: { host: "10.0.0.5", port: 5432, name: "bench", user: "migrate", serverVersion: "16.4" },
  handler: {
    version: "0.1.0",
    operations: ["migration_status", "run_migrations", "run_result", "fence_run", "list_runs"],
  },
} satisfies Partial<Report>;

/** What our own handler would answer and log, without a database behind it. */
export function makeFarSide() {
  const logged: { id: string; message: string; timestamp: number }[] = [];

  function run(runId: string, requestId: string): Invoked {
    const words = [
      { level: "info", message: `Applying ${next} (1/1)`, runId, requestId, event: "migration_started" },
      { level: "info", message: `Applied ${next} in 3 ms`, runId, requestId, event: "migration_applied" },
    ].map((line) => JSON.stringify(toWire({ ...line, operation: "run" })));
    const lines = [
      `START RequestId: ${requestId} Version: $LATEST`,
      ...words,
      `END RequestId: ${requestId}`,
      `REPORT RequestId: ${requestId}\tDuration: 5.00 ms\tBilled Duration: 6 ms\tMemory Size: 512 MB`,
    ];
    const timestamp = Date.now();
    logged.splice(0, logged.length);
    logged.push(...lines.map((message, index) => ({ id: `${runId}-${index}`, message, timestamp })));
    return { payload: toWire(appliedBy(runId)), logTail: lines.join("\n") };
  }

  return {
    configuration: (functionName: string) => ({
      FunctionName: functionName,
      State: "Active",
      LastUpdateStatus: "Successful",
      Timeout: 60,
      CodeSha256: "bench",
    }),
    invoke(functionName: string, event: Record<string, unknown>, requestId: string): Invoked {
      if (typeof event.run_id === "string") return run(event.run_id, requestId);
      const isDryRun = event.admin_operation === "run_migrations";
      const report = functionName === behind ? pendingReport(isDryRun) : currentReport;
      return { payload: toWire(report), logTail: "" };
    },
    logEvents: () =>
      logged.map(({ id, message, timestamp }) => ({
        eventId: id,
        message,
        timestamp,
        ingestionTime: timestamp,
        logStreamName: stream,
      })),
  };
}

const applied = { revision: done, status: "applied", checksum: checksum("1") } as const;

const currentReport: Report = {
  ...read,
  operation: "status",
  state: "up_to_date",
  currentRevisions: [done],
  headRevisions: [done],
  migrations: [applied],
};

const plan = { engine: "sql", from: [done], target: next };

function pendingReport(isDryRun: boolean): Report {
  return {
    ...read,
    operation: isDryRun ? "dry-run" : "status",
    state: "pending_migrations",
    currentRevisions: [done],
    headRevisions: [next],
    migrations: [applied, { revision: next, status: "pending", checksum: checksum(sql), sql }],
    plan: {
      id: planId({ ...plan, migrations: [{ revision: next, checksum: checksum(sql) }] }),
      from: plan.from,
      target: plan.target,
      revisions: [next],
    },
  };
}

function appliedBy(runId: string): Report {
  const at = new Date().toISOString();
  const record: RunRecord = {
    runId,
    state: "succeeded",
    operation: "run",
    part: 1,
    engine: "sql",
    fromRevisions: [done],
    toRevisions: [next],
    applied: [next],
    startedAt: at,
    finishedAt: at,
  };
  return {
    ...read,
    operation: "run",
    state: "up_to_date",
    currentRevisions: [next],
    headRevisions: [next],
    migrations: [{ revision: next, status: "applied", durationMs: 3, checksum: checksum(sql) }],
    runId,
    part: 1,
    durationMs: 5,
    run: record,
  };
}

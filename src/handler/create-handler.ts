import { randomBytes } from "node:crypto";
import { wireOperations } from "../contract/codecs/migrate-remote.js";
import { type Operation, writes } from "../contract/operations.js";
import type { MigrationEntry, Report } from "../contract/report.js";
import { makeRunId } from "../contract/run-id.js";
import { toWire } from "../contract/wire.js";
import { hintFor, isEmpty, kindOf, readEvent, runIdOf } from "./event.js";
import { invoke } from "./invoke.js";
import { createLog, standardOutput } from "./log.js";
import { tellOutcome } from "./notices/tell.js";
import { Refusal } from "./refusal.js";
import { bounded, type Findings, nothingKnown } from "./report.js";
import type { HandlerOptions, MigrationHandler, WireReport } from "./types.js";
import { version } from "./version.js";

const operations = [...wireOperations];

/**
 * Makes the Lambda handler that migrates the database it is deployed beside.
 *
 * It takes the events of contract `migrate-remote` (`{"admin_operation": "migration_status"}` and others) and answers a report.
 * A migration that fails, a database that is down, a lock that another run holds: all are answers with `success: false` and an `error`
 * with a stable `code`. An event of another Lambda throws, so that a pipeline that sends one goes red. It throws too where the database
 * broke away in the middle of a run and cannot be asked any more what stands.
 *
 * ```ts
 * import { createHandler, sql } from "migrate-remote/handler";
 *
 * export const handler = createHandler({
 *   engine: sql({ directory: "migrations" }),
 *   database: () => process.env.DATABASE_URL,
 * });
 * ```
 */
export function createHandler(options: HandlerOptions): MigrationHandler {
  const sink = options.log ?? standardOutput;
  let coldStart = true;
  return async (event, context = {}) => {
    const isFirst = coldStart;
    coldStart = false;
    const began = performance.now();
    const newRunId = () => makeRunId(new Date(), randomBytes(4));
    const decoded = readEvent(event, options.emptyEvent, newRunId);
    const operation = decoded.ok ? decoded.operation : undefined;
    const runId = operation !== undefined && writes(operation) ? operation.run.runId : runIdOf(event);
    const requestId = context.awsRequestId;
    const log = createLog(sink, {
      ...(runId === undefined ? {} : { runId }),
      ...(requestId === undefined ? {} : { requestId }),
    });
    const kind = operation?.kind ?? kindOf(event);
    log("info", "invocation", `migrate-remote ${version}: ${kind}`, {
      operation: kind,
      logStream: context.logStreamName,
      functionName: context.functionName,
    });
    const reportOf = ({ retold: _, ...findings }: Findings): Report => ({
      operation: kind,
      success: findings.error === undefined,
      engine: options.engine.name,
      ...findings,
      handler: { version, operations },
      ...(runId === undefined ? {} : { runId }),
      ...(operation !== undefined && writes(operation) ? { part: operation.run.part } : {}),
      durationMs: Math.round(performance.now() - began),
    });
    const tell = (report: Report) =>
      tellOutcome(report, {
        topic: options.notify,
        environment: process.env,
        context,
        coldStart: isFirst,
        log,
        sink,
      });
    const findings = decoded.ok
      ? await answer(options, decoded.operation, {
          context,
          log,
          isIdentified: runIdOf(event) !== undefined,
        }).catch(async (error: unknown) => {
          await tell(reportOf(nothingKnown({ code: "internal_error", message: messageOf(error) })));
          throw error;
        })
      : nothingKnown({ code: decoded.code, message: decoded.message, ...hintFor(decoded.code) });
    // A migration that failed has been told where it failed.
    if (findings.error !== undefined && findings.error.code !== "migration_failed")
      log("error", "operation_failed", findings.error.message, { code: findings.error.code });
    const report = reportOf(findings);
    if (findings.retold !== true) await tell(report);
    const lists = isEmpty(event) ? appliedLists(report) : {};
    return toWire({ ...bounded(report), ...lists }) as WireReport;
  };
}

/** What pipelines read that were written for a Lambda of document 003. */
function appliedLists({ migrations }: Report) {
  const named = (wanted: MigrationEntry["status"]) =>
    migrations.filter(({ status }) => status === wanted).map(({ revision }) => revision);
  return { migrationsApplied: named("applied"), migrationsSkipped: named("skipped") };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function answer(
  options: HandlerOptions,
  operation: Operation,
  invocation: Parameters<typeof invoke>[2],
): Promise<Findings> {
  try {
    return await invoke(options, operation, invocation);
  } catch (error) {
    if (error instanceof Refusal) return nothingKnown(error.error);
    throw error;
  }
}

import { randomBytes } from "node:crypto";
import { type DecodedEvent, wireOperations } from "../contract/codecs/migrate-remote.js";
import type { MigrationEntry, Report } from "../contract/report.js";
import { makeRunId } from "../contract/run-id.js";
import { toWire } from "../contract/wire.js";
import { hintFor, identify, isEmpty, readEvent, runIdOf } from "./event.js";
import { invoke } from "./invoke.js";
import { createLog, standardOutput } from "./log.js";
import { tellOutcome } from "./notices/tell.js";
import { Refusal } from "./refusal.js";
import { bounded, type Findings, nothingKnown } from "./report.js";
import type { HandlerOptions, LambdaContext, MigrationHandler, WireReport } from "./types.js";
import { version } from "./version.js";

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
 * export const handler = createHandler({ engine: sql({ directory: "migrations" }) });
 * ```
 */
export function createHandler(options: HandlerOptions): MigrationHandler {
  let coldStart = true;
  return (event, context = {}) => {
    const invocation = { event, context, coldStart };
    coldStart = false;
    return handle(options, invocation);
  };
}

interface Invocation {
  event: unknown;
  context: LambdaContext;
  coldStart: boolean;
}

async function handle(
  options: HandlerOptions,
  { event, context, coldStart }: Invocation,
): Promise<WireReport> {
  const began = performance.now();
  const sink = options.log ?? standardOutput;
  const decoded = readEvent(event, options.emptyEvent, () => makeRunId(new Date(), randomBytes(4)));
  const { operation, ...run } = identify(event, decoded);
  const requestId = context.awsRequestId;
  const log = createLog(sink, {
    ...(run.runId === undefined ? {} : { runId: run.runId }),
    ...(requestId === undefined ? {} : { requestId }),
  });
  log("info", "invocation", `migrate-remote ${version}: ${operation}`, {
    operation,
    logStream: context.logStreamName,
    functionName: context.functionName,
  });
  const reportOf = ({ retold: _, ...findings }: Findings): Report => ({
    operation,
    success: findings.error === undefined,
    engine: options.engine.name,
    ...findings,
    handler: { version, operations: [...wireOperations] },
    ...run,
    durationMs: Math.round(performance.now() - began),
  });
  const tell = (report: Report) =>
    tellOutcome(report, {
      topic: options.notify,
      environment: process.env,
      context,
      coldStart,
      log,
      sink,
    });
  const isIdentified = runIdOf(event) !== undefined;
  const findings = await answer(options, decoded, { context, log, isIdentified }).catch(async (error) => {
    await tell(reportOf(nothingKnown({ code: "internal_error", message: messageOf(error) })));
    throw error;
  });
  // A migration that failed has been told where it failed.
  if (findings.error !== undefined && findings.error.code !== "migration_failed")
    log("error", "operation_failed", findings.error.message, { code: findings.error.code });
  const report = reportOf(findings);
  if (findings.retold !== true) await tell(report);
  const lists = isEmpty(event) ? appliedLists(report) : {};
  return toWire({ ...bounded(report), ...lists }) as WireReport;
}

/** Rejects where nobody knows what stands. */
async function answer(
  options: HandlerOptions,
  decoded: DecodedEvent,
  invocation: Parameters<typeof invoke>[2],
): Promise<Findings> {
  if (!decoded.ok)
    return nothingKnown({ code: decoded.code, message: decoded.message, ...hintFor(decoded.code) });
  try {
    return await invoke(options, decoded.operation, invocation);
  } catch (error) {
    if (error instanceof Refusal) return nothingKnown(error.error);
    throw error;
  }
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

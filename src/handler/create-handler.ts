import { randomBytes } from "node:crypto";
import { type DecodedEvent, decodeEvent, wireOperations } from "../contract/codecs/migrate-remote.js";
import { isObject } from "../contract/json.js";
import { type Operation, type OperationKind, writes } from "../contract/operations.js";
import type { Report, ReportError } from "../contract/report.js";
import { makeRunId, runIdPattern } from "../contract/run-id.js";
import { toWire } from "../contract/wire.js";
import { invoke } from "./invoke.js";
import { createLog, standardOutput } from "./log.js";
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
  return async (event, context = {}) => {
    const began = performance.now();
    const newRunId = () => makeRunId(new Date(), randomBytes(4));
    const decoded = readEvent(event, options, newRunId);
    const operation = decoded.ok ? decoded.operation : undefined;
    const runId = operation !== undefined && writes(operation) ? operation.run.runId : runIdOf(event);
    const requestId = context.awsRequestId;
    const log = createLog(options.log ?? standardOutput, {
      ...(runId === undefined ? {} : { runId }),
      ...(requestId === undefined ? {} : { requestId }),
    });
    const kind = operation?.kind ?? kindOf(event);
    log("info", "invocation", `migrate-remote ${version}: ${kind}`, {
      operation: kind,
      logStream: context.logStreamName,
      functionName: context.functionName,
    });
    const findings = decoded.ok
      ? await answer(options, decoded.operation, { context, log, isIdentified: runIdOf(event) !== undefined })
      : nothingKnown({ code: decoded.code, message: decoded.message, ...hintFor(decoded.code) });
    // A migration that failed has been told where it failed.
    if (findings.error !== undefined && findings.error.code !== "migration_failed")
      log("error", "operation_failed", findings.error.message, { code: findings.error.code });
    const report: Report = {
      operation: kind,
      success: findings.error === undefined,
      engine: options.engine.name,
      ...findings,
      handler: { version, operations },
      ...(runId === undefined ? {} : { runId }),
      ...(operation !== undefined && writes(operation) ? { part: operation.run.part } : {}),
      durationMs: Math.round(performance.now() - began),
    };
    return toWire(bounded(report)) as WireReport;
  };
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

function readEvent(event: unknown, { emptyEvent }: HandlerOptions, newRunId: () => string): DecodedEvent {
  const isEmpty =
    event === null || event === undefined || (isObject(event) && Object.keys(event).length === 0);
  if (isEmpty && emptyEvent === "run") {
    return { ok: true, operation: { kind: "run", fixHistory: false, run: { runId: newRunId(), part: 1 } } };
  }
  const decoded = decodeEvent(event, newRunId);
  if (decoded !== null) return decoded;
  throw new Error(
    "This Lambda migrates a database and takes events of contract migrate-remote only, such as " +
      '{"admin_operation": "migration_status"} or {"admin_operation": "run_migrations", "confirm": true}. ' +
      "This event is none of them, so nothing was done. Send it with the migrate-remote command; where a pipeline shall go on sending " +
      'empty events, create the handler with emptyEvent: "run".',
  );
}

/** As near as an event that cannot be read comes to an operation. */
function kindOf(event: unknown): OperationKind {
  const { admin_operation: name, parameters } = isObject(event) ? event : {};
  if (name === "fix_history") return "fix-history";
  if (name === "run_result") return "run-result";
  if (name === "fence_run") return "fence-run";
  if (name === "list_runs") return "list-runs";
  if (name !== "run_migrations") return "status";
  return isObject(parameters) && parameters.dry_run === true ? "dry-run" : "run";
}

function runIdOf(event: unknown): string | undefined {
  const runId = isObject(event) ? event.run_id : undefined;
  return typeof runId === "string" && runIdPattern.test(runId) ? runId : undefined;
}

function hintFor(code: string): Pick<ReportError, "hint"> {
  if (code === "confirm_required")
    return { hint: 'Add "confirm": true, or use: migrate-remote run --confirm' };
  if (code === "unsupported_operation")
    return { hint: `It knows ${operations.join(", ")}. Is an older version deployed?` };
  return { hint: "See the event's shape in docs/wire.schema.json, or use the migrate-remote command." };
}

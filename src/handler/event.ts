import { type DecodedEvent, decodeEvent, wireOperations } from "../contract/codecs/migrate-remote.js";
import { isObject } from "../contract/json.js";
import { type OperationKind, writes } from "../contract/operations.js";
import type { ReportError } from "../contract/report.js";
import { runIdPattern } from "../contract/run-id.js";
import type { HandlerOptions } from "./types.js";

/** `{}` and nothing at all: what pipelines send to Lambdas that migrate on any event. */
export function isEmpty(event: unknown): boolean {
  return event === null || event === undefined || (isObject(event) && Object.keys(event).length === 0);
}

/** Throws on an event of another Lambda. */
export function readEvent(
  event: unknown,
  emptyEvent: HandlerOptions["emptyEvent"],
  newRunId: () => string,
): DecodedEvent {
  if (isEmpty(event) && emptyEvent === "run") {
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

/** What a report says of what was asked, also where it cannot be done. */
export function identify(
  event: unknown,
  decoded: DecodedEvent,
): { operation: OperationKind; runId?: string; part?: number } {
  if (decoded.ok && writes(decoded.operation)) {
    const { kind, run } = decoded.operation;
    return { operation: kind, runId: run.runId, part: run.part };
  }
  const runId = runIdOf(event);
  return {
    operation: decoded.ok ? decoded.operation.kind : kindOf(event),
    ...(runId === undefined ? {} : { runId }),
  };
}

/** As near as an event that cannot be read comes to an operation. */
function kindOf(event: unknown): OperationKind {
  const { admin_operation: name, parameters } = isObject(event) ? event : {};
  const isDryRun = isObject(parameters) && parameters.dry_run === true;
  if (name === "fix_history") return isDryRun ? "fix-history-dry-run" : "fix-history";
  if (name === "run_result") return "run-result";
  if (name === "fence_run") return "fence-run";
  if (name === "list_runs") return "list-runs";
  if (name !== "run_migrations") return "status";
  return isDryRun ? "dry-run" : "run";
}

export function runIdOf(event: unknown): string | undefined {
  const runId = isObject(event) ? event.run_id : undefined;
  return typeof runId === "string" && runIdPattern.test(runId) ? runId : undefined;
}

export function hintFor(code: string): Pick<ReportError, "hint"> {
  if (code === "confirm_required")
    return { hint: 'Add "confirm": true, or use: migrate-remote run --confirm' };
  if (code === "unsupported_operation")
    return { hint: `It knows ${wireOperations.join(", ")}. Is an older version deployed?` };
  return { hint: "See the event's shape in docs/wire.schema.json, or use the migrate-remote command." };
}

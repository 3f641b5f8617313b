import * as z from "zod";
import type { Said } from "../answer.js";
import type { Codec } from "../codec.js";
import { isObject } from "../json.js";
import { once } from "../once.js";
import { type Operation, type RunIdentity, writes } from "../operations.js";
import { redact } from "../redact.js";
import { type Report, type ReportError, reportSchema } from "../report.js";
import { runIdPattern } from "../run-id.js";
import { fromWire, toWire } from "../wire.js";

/** Our own contract: the shape of document 001 with additions. Written by the CLI, read by our handlers. */
export const migrateRemote: Codec = {
  contract: "migrate-remote",
  unsupported: {},
  unsupportedOptions: {},
  tracksRuns: true,
  verification: "status",
  encode: (operation) => ({ payload: toWire(encodeEvent(operation)) }),
  decode: decodeReport,
};

function encodeEvent(operation: Operation): Record<string, unknown> {
  switch (operation.kind) {
    case "status":
      return { adminOperation: "migration_status", parameters: {} };
    case "dry-run":
      return {
        adminOperation: "run_migrations",
        parameters: { dryRun: true, ...runParameters(operation) },
      };
    case "run":
      return {
        adminOperation: "run_migrations",
        parameters: runParameters(operation),
        confirm: true,
        ...operation.run,
      };
    case "fix-history":
      return {
        adminOperation: "fix_history",
        parameters: operation.revision === undefined ? {} : { revision: operation.revision },
        confirm: true,
        ...operation.run,
      };
    case "fix-history-dry-run":
      // Without `confirm`: a far side that does not know the dry-run of a repair refuses this, and changes nothing.
      return {
        adminOperation: "fix_history",
        parameters: {
          dryRun: true,
          ...(operation.revision === undefined ? {} : { revision: operation.revision }),
        },
      };
    case "run-result":
      return { adminOperation: "run_result", runId: operation.runId };
    case "fence-run":
      return {
        adminOperation: "fence_run",
        runId: operation.runId,
        ...(operation.requestedBy === undefined ? {} : { requestedBy: operation.requestedBy }),
      };
    case "list-runs":
      return { adminOperation: "list_runs", parameters: { limit: operation.limit } };
  }
}

/** Shared with `admin-operation`, whose parameters are the same. */
export function runParameters(operation: { targetRevision?: string; fixHistory: boolean }) {
  return {
    ...(operation.fixHistory ? { fixHistory: true } : {}),
    ...(operation.targetRevision === undefined ? {} : { targetRevision: operation.targetRevision }),
  };
}

/** The operations as the wire names them. */
export const wireOperations = [
  "migration_status",
  "run_migrations",
  "fix_history",
  "run_result",
  "fence_run",
  "list_runs",
] as const;

/** The event on the wire, keys in camelCase. The wire's JSON Schema is generated from this and from `reportSchema`. */
export const eventSchema = once(() => {
  const revision = z.string().min(1).max(500);
  return z.object({
    adminOperation: z.enum(wireOperations),
    parameters: z
      .object({
        dryRun: z.boolean().optional(),
        fixHistory: z.boolean().optional(),
        targetRevision: revision.nullish(),
        revision: revision.nullish(),
        limit: z.int().min(1).max(1000).optional(),
      })
      .optional(),
    confirm: z.boolean().optional(),
    runId: z.string().regex(runIdPattern).optional(),
    part: z.int().positive().max(10_000).optional(),
    planId: z.string().max(200).optional(),
    requestedBy: z.string().max(500).optional(),
    requestedFrom: z.string().max(500).optional(),
    gitCommit: z.string().max(100).optional(),
    snapshotId: z.string().max(500).optional(),
    snapshotSkipped: z.string().max(2000).optional(),
  });
});

export type DecodedEvent =
  | { ok: true; operation: Operation }
  | { ok: false; code: "invalid_event" | "confirm_required" | "unsupported_operation"; message: string };

/**
 * Reads an event on the far side. An event without `admin_operation` is none of ours and gives `null`: the handler throws then,
 * so that a pipeline written for another Lambda goes red.
 *
 * `makeRunId` names a run that came without one (sent by hand, as document 001 does).
 */
export function decodeEvent(event: unknown, makeRunId: () => string): DecodedEvent | null {
  if (!isObject(event) || typeof event.admin_operation !== "string") return null;
  const parsed = eventSchema().safeParse(fromWire(event));
  if (!parsed.success) return invalid(event.admin_operation, parsed.error);
  const { adminOperation, parameters = {}, confirm, ...rest } = parsed.data;
  if ((adminOperation === "run_result" || adminOperation === "fence_run") && rest.runId === undefined) {
    return { ok: false, code: "invalid_event", message: `${adminOperation} came without a run_id.` };
  }
  const operation = toOperation(adminOperation, parameters, {
    ...defined(rest),
    runId: rest.runId ?? makeRunId(),
    part: rest.part ?? 1,
  });
  if (writes(operation) && confirm !== true) {
    return {
      ok: false,
      code: "confirm_required",
      message: `${adminOperation} changes the database and came without "confirm": true. Nothing was done.`,
    };
  }
  return { ok: true, operation };
}

type WireOperation = (typeof wireOperations)[number];

function toOperation(
  name: WireOperation,
  parameters: NonNullable<z.infer<ReturnType<typeof eventSchema>>["parameters"]>,
  run: RunIdentity,
): Operation {
  switch (name) {
    case "migration_status":
      return { kind: "status" };
    case "run_result":
      return { kind: "run-result", runId: run.runId };
    case "fence_run":
      return {
        kind: "fence-run",
        runId: run.runId,
        ...(run.requestedBy === undefined ? {} : { requestedBy: run.requestedBy }),
      };
    case "list_runs":
      return { kind: "list-runs", limit: parameters.limit ?? 20 };
    case "fix_history":
      return repair(parameters, run);
    case "run_migrations":
      return runMigrations(parameters, run);
  }
}

function repair(
  { dryRun, revision }: NonNullable<z.infer<ReturnType<typeof eventSchema>>["parameters"]>,
  run: RunIdentity,
): Operation {
  const wanted = revision ? { revision } : {};
  return dryRun === true
    ? { kind: "fix-history-dry-run", ...wanted }
    : { kind: "fix-history", ...wanted, run };
}

function runMigrations(
  parameters: NonNullable<z.infer<ReturnType<typeof eventSchema>>["parameters"]>,
  run: RunIdentity,
): Operation {
  const options = {
    fixHistory: parameters.fixHistory ?? false,
    ...(parameters.targetRevision ? { targetRevision: parameters.targetRevision } : {}),
  };
  return parameters.dryRun === true ? { kind: "dry-run", ...options } : { kind: "run", ...options, run };
}

function invalid(name: string, error: z.ZodError): DecodedEvent {
  const unknownOperation = error.issues.some((issue) => issue.path[0] === "adminOperation");
  if (unknownOperation) {
    return {
      ok: false,
      code: "unsupported_operation",
      message: `This handler does not know the operation ${JSON.stringify(name.slice(0, 100))}.`,
    };
  }
  const issues = error.issues.map((issue) => `${issue.path.join(".") || "event"}: ${issue.message}`);
  return { ok: false, code: "invalid_event", message: `The event does not fit: ${issues.join("; ")}` };
}

function decodeReport(operation: Operation, { value }: Said): Report | { unexpected: string } {
  const parsed = reportSchema.safeParse(fromWire(value));
  if (parsed.success) {
    const report = masked(defined(parsed.data) as Report);
    const contradiction = contradictionIn(report, operation);
    return contradiction === undefined ? report : { unexpected: contradiction };
  }
  const issue = parsed.error.issues[0];
  const where = issue?.path.join(".") ?? "";
  return {
    unexpected: `it is not a report of contract migrate-remote${where ? ` (${where}: ${issue?.message})` : ""}`,
  };
}

/** A success that cannot be one, whoever sent it: it is not of our handlers. */
function contradictionIn(report: Report, { kind }: Operation): string | undefined {
  if (!report.success) return undefined;
  if (report.operation !== kind) return `it is the answer to ${report.operation}, and ${kind} was asked`;
  if (report.error !== undefined) return "it says success, and has an error";
  const failed = report.migrations.find(({ status }) => kind === "run" && status === "failed");
  return failed === undefined ? undefined : "it says success, and that a migration failed";
}

/** A migration may set a password: what people and pipelines get to see of it has none. */
function masked(report: Report): Report {
  const { error } = report;
  return {
    ...report,
    migrations: report.migrations.map((migration) =>
      migration.sql === undefined ? migration : { ...migration, sql: redact(migration.sql) },
    ),
    ...(error === undefined ? {} : { error: maskedError(error) }),
  };
}

function maskedError(error: ReportError): ReportError {
  return {
    ...error,
    message: redact(error.message),
    ...(error.detail === undefined ? {} : { detail: redact(error.detail) }),
    ...(error.excerpt === undefined ? {} : { excerpt: redact(error.excerpt) }),
  };
}

/** Drops undefined properties, which `exactOptionalPropertyTypes` tells apart from absent ones. */
function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as never;
}

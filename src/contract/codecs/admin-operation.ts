import * as z from "zod";
import type { Said } from "../answer.js";
import type { Codec } from "../codec.js";
import type { Operation } from "../operations.js";
import { type DatabaseState, databaseStates, type MigrationEntry, type Report } from "../report.js";
import { fromWire, toWire } from "../wire.js";
import { runParameters } from "./migrate-remote.js";
import { noLedger } from "./unsupported.js";

/**
 * Document 001 exactly: one operation, `run_migrations`, whose dry-run is also how its state is read. Nothing is added to what it
 * takes. The document fixes the events and the states but not the answer's shape, so decoding looks for the words that it does
 * fix and reads nothing as success that does not say so.
 */
export const adminOperation: Codec = {
  contract: "admin-operation",
  unsupported: {
    "fix-history":
      "In this contract fix-history also migrates. `migrate-remote run --fix-history` does both, after showing the plan; " +
      "with our handler (contract migrate-remote) fix-history stands alone.",
    "run-result": noLedger,
    "fence-run": noLedger,
    "list-runs": noLedger,
  },
  unsupportedOptions: {},
  tracksRuns: false,
  verification: "status",
  encode: (operation) => ({ payload: toWire(encodeEvent(operation)) }),
  decode: decodeReport,
};

function encodeEvent(operation: Operation): Record<string, unknown> {
  switch (operation.kind) {
    case "status":
      return { adminOperation: "run_migrations", parameters: { dryRun: true } };
    case "dry-run":
      return {
        adminOperation: "run_migrations",
        parameters: { dryRun: true, ...runParameters(operation) },
      };
    case "run":
      return { adminOperation: "run_migrations", parameters: runParameters(operation), confirm: true };
    default:
      // The nearest event would migrate.
      throw new Error(`contract admin-operation has no event for ${operation.kind}`);
  }
}

const name = z.string().max(10_000);
const oneOrMany = z.union([name, z.null(), z.array(name).max(100_000)]);
const migration = z.union([name, z.looseObject({ revision: name })]);

const answerSchema = z.looseObject({
  success: z.boolean().optional(),
  status: name.optional(),
  state: name.optional(),
  migrationState: name.optional(),
  error: z.unknown().optional(),
  errorMessage: name.optional(),
  message: name.optional(),
  currentRevision: oneOrMany.optional(),
  currentRevisions: oneOrMany.optional(),
  headRevision: oneOrMany.optional(),
  headRevisions: oneOrMany.optional(),
  pendingMigrations: z.union([z.array(migration).max(100_000), z.number()]).optional(),
  appliedMigrations: z.array(migration).max(100_000).optional(),
  migrationsApplied: z.array(migration).max(100_000).optional(),
});

type AdminAnswer = z.infer<typeof answerSchema>;

function decodeReport(operation: Operation, { value, statusCode }: Said): Report | { unexpected: string } {
  const outer = answerSchema.safeParse(fromWire(value));
  if (!outer.success) return { unexpected: "it is not an object of contract admin-operation" };
  const inner = answerSchema.safeParse(outer.data.result ?? outer.data.data ?? {});
  const answer = { ...(inner.success ? inner.data : {}), ...outer.data };

  const state = stateOf(answer);
  const success = successOf(answer, statusCode);
  if (success === null || (operation.kind !== "run" && success && state === undefined)) {
    return { unexpected: "it says neither success nor failure in a way that document 001 knows" };
  }
  return {
    operation: operation.kind,
    success,
    ...(state === undefined ? {} : { state }),
    engine: "alembic",
    currentRevisions: revisions(answer.currentRevisions ?? answer.currentRevision),
    headRevisions: revisions(answer.headRevisions ?? answer.headRevision),
    migrations: migrationsOf(answer),
    ...((answer.migrationsApplied ?? answer.appliedMigrations) === undefined
      ? { appliedUnknown: true as const }
      : {}),
    problems: [],
    ...(success ? {} : { error: { code: "migration_failed", message: failureMessage(answer, statusCode) } }),
  };
}

function stateOf(answer: AdminAnswer): DatabaseState | undefined {
  const said = [answer.state, answer.migrationState, answer.status];
  return databaseStates.find((state) => said.includes(state));
}

const failureWords = new Set(["error", "failed", "failure"]);
const successWords = new Set(["success", "ok", "completed"]);

/** Any sign of failure outweighs every sign of success; no sign at all is no success. */
function successOf(answer: AdminAnswer, statusCode: number | undefined): boolean | null {
  const status = answer.status?.toLowerCase() ?? "";
  const hasError = answer.errorMessage !== undefined || Boolean(answer.error);
  if (answer.success === false || hasError || failureWords.has(status)) return false;
  if (statusCode !== undefined && (statusCode < 200 || statusCode > 299)) return false;
  if (answer.success === true || successWords.has(status) || stateOf(answer) !== undefined) return true;
  return null;
}

function failureMessage(answer: AdminAnswer, statusCode: number | undefined): string {
  const said = typeof answer.error === "string" && answer.error !== "" ? answer.error : undefined;
  return (
    said ??
    answer.errorMessage ??
    answer.message ??
    (answer.error ? JSON.stringify(answer.error).slice(0, 2000) : undefined) ??
    `The function answered with status ${statusCode ?? answer.status ?? "unknown"}.`
  );
}

function revisions(value: string | string[] | null | undefined): string[] {
  if (value === undefined || value === null || value === "") return [];
  return Array.isArray(value) ? value : [value];
}

function migrationsOf(answer: AdminAnswer): MigrationEntry[] {
  const applied = answer.migrationsApplied ?? answer.appliedMigrations ?? [];
  const pending = Array.isArray(answer.pendingMigrations) ? answer.pendingMigrations : [];
  const revisionOf = (item: z.infer<typeof migration>) => (typeof item === "string" ? item : item.revision);
  return [
    ...applied.map((item): MigrationEntry => ({ revision: revisionOf(item), status: "applied" })),
    ...pending.map(
      (item): MigrationEntry => ({ revision: revisionOf(item), status: "pending", unchecked: true }),
    ),
  ];
}

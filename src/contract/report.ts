import * as z from "zod";
import { byKeys, ifThere, type Keys } from "./if-there.js";
import { once } from "./once.js";
import { operationKinds } from "./operations.js";
import { type RunRecord, runRecordFields } from "./run-record.js";

/** The five states of a database, from document 001. */
export const databaseStates = [
  "empty",
  "tables_without_migration_history",
  "pending_migrations",
  "up_to_date",
  "inconsistent",
] as const;

export type DatabaseState = (typeof databaseStates)[number];

/**
 * What happened to a migration.
 *
 * `applied`: is applied (in a run's report: by this run). `pending`: not applied yet. `failed`: its statement failed, nothing of
 * it stands unless `transactional` is false. `skipped`: was applied already, so a run passed over it. `not_executed`: the run
 * stopped before it. `recorded`/`removed`: fix-history wrote it into, or took it out of, history without executing it (in its dry-run:
 * would do so).
 */
export const migrationStatuses = [
  "applied",
  "pending",
  "failed",
  "skipped",
  "not_executed",
  "recorded",
  "removed",
] as const;

export type MigrationStatus = (typeof migrationStatuses)[number];

/** One migration as the report tells it. */
export interface MigrationEntry {
  revision: string;
  status: MigrationStatus;
  /** One line for people, where the engine knows one. */
  description?: string;
  /** ISO 8601, UTC. */
  appliedAt?: string;
  /** Milliseconds. */
  durationMs?: number;
  /** SHA-256 of the migration's source bytes, 64 hexadecimal digits. */
  checksum?: string;
  /** False where the migration runs outside a transaction, so that a failure may leave half of it. */
  transactional?: boolean;
  /** Pending migrations only, never in a run's report. */
  sql?: string;
  /** True where `sql` is absent or was cut: nobody has read it, so it counts as destroying data. */
  unchecked?: boolean;
}

/** Something about history that a person should know. */
export interface Problem {
  /**
   * `missing`, `failed_migration` and `unreadable_history` make history inconsistent; `edited`, `out_of_order`, `ignored_file`,
   * `engine_version`, `no_migrations`, `plan_unknown`, `pending_unknown`, `report_cut` and `run_at_work` do not. A newer far side may have
   * others.
   */
  code: string;
  message: string;
  revision?: string;
  /** Of `run_at_work`, where our own lock is held: who holds it. */
  lock?: LockHolder;
}

/** Codes of the problems that make history inconsistent. */
export const inconsistencies = ["missing", "unreadable_history", "failed_migration"];

/** True where fix-history needs no revision, because the schema itself may tell what history would have to say. */
export function canBeFoundOut({ state, problems }: { state?: DatabaseState; problems: Problem[] }): boolean {
  if (state !== "inconsistent") return state === "tables_without_migration_history";
  const why = problems.filter(({ code }) => inconsistencies.includes(code));
  return why.length > 0 && why.every(({ code }) => code === "failed_migration");
}

/** The ordered pending revisions from the current heads to the target. Of a repair, which executes nothing, `revisions` is empty. */
export interface Plan {
  /** SHA-256 over engine, current heads, target, and each (revision, checksum) in order; of a repair over what it changes. 64 hexadecimal digits. */
  id: string;
  from: string[];
  target: string | null;
  revisions: string[];
}

/** Who holds the lock. */
export interface LockHolder {
  runId?: string;
  requestedBy?: string;
  /** ISO 8601, UTC. */
  since?: string;
  /** PostgreSQL backend. */
  pid?: number;
}

export interface ReportError {
  /** One of `errorCodes`; from a newer far side perhaps one that this version does not know. */
  code: string;
  message: string;
  /** What to do next. */
  hint?: string;
  /** The migration that failed. */
  revision?: string;
  /** PostgreSQL's SQLSTATE, five characters. */
  sqlstate?: string;
  /** Within the migration's source, both from 1. */
  line?: number;
  column?: number;
  /** The source line at fault; a caret belongs under `column`. */
  excerpt?: string;
  /** PostgreSQL's DETAIL. */
  detail?: string;
  lock?: LockHolder;
}

/** Which database the far side is connected to; compared with what was snapshotted. */
export interface DatabaseIdentity {
  host: string;
  port: number;
  name: string;
  user?: string;
  /** As `show server_version` says it. */
  serverVersion?: string;
}

export interface HandlerIdentity {
  version: string;
  /** Wire names of the operations it answers. */
  operations: string[];
}

/** A Lambda's answer, decoded to one shape whatever the contract. What a contract does not tell is absent. */
export interface Report {
  operation: (typeof operationKinds)[number];
  /** On the wire also `success`. A failed run is still a report: failure is data. */
  success: boolean;
  /** After the operation. Absent when the database could not be asked. */
  state?: DatabaseState;
  engine?: string;
  /** Lists, because history may branch. */
  currentRevisions: string[];
  headRevisions: string[];
  migrations: MigrationEntry[];
  /** True where the contract cannot say which migrations a run applied: none listed does not mean none applied. Not on the wire. */
  appliedUnknown?: true;
  problems: Problem[];
  plan?: Plan;
  error?: ReportError;
  database?: DatabaseIdentity;
  handler?: HandlerIdentity;
  runId?: string;
  part?: number;
  /** Milliseconds, the far side's own measure. */
  durationMs?: number;
  /**
   * The ledger's row. In the answer to run and fix-history: how that run stands, also where an earlier delivery did the work; absent
   * where nothing was recorded (the database out of reach, nothing to do). In `run_result` and `fence_run`: absent for an unknown run.
   */
  run?: RunRecord;
  /** `list_runs` only, newest first. */
  runs?: RunRecord[];
}

const text = once(() => z.string().max(1_000_000));
const shortText = once(() => z.string().max(10_000));
const yesOrNo = once(() => z.boolean());
const fromOne = once(() => z.int().positive());
const duration = once(() => z.number().nonnegative());
const list = <T extends z.ZodType>(item: T) => z.array(item).max(100_000);
const texts = once(() => list(shortText()));

const migrationEntry = (keys: Keys) =>
  z.object({
    revision: shortText(),
    status: z.enum(migrationStatuses),
    ...ifThere(keys, {
      description: shortText,
      appliedAt: shortText,
      durationMs: duration,
      checksum: shortText,
      transactional: yesOrNo,
      sql: () => z.string(),
      unchecked: yesOrNo,
    }),
  });

const lockHolder = (keys: Keys) =>
  z.object(ifThere(keys, { runId: shortText, requestedBy: shortText, since: shortText, pid: () => z.int() }));

const reportError = (keys: Keys) =>
  z.object({
    code: shortText(),
    message: text(),
    ...ifThere(keys, {
      hint: text,
      revision: shortText,
      sqlstate: shortText,
      line: fromOne,
      column: fromOne,
      excerpt: text,
      detail: text,
      lock: () => lockHolder(keys),
    }),
  });

const problem = (keys: Keys) =>
  z.object({
    code: shortText(),
    message: text(),
    ...ifThere(keys, { revision: shortText, lock: () => lockHolder(keys) }),
  });

const plan = () =>
  z.object({
    id: z.string().regex(/^[0-9a-f]{64}$/),
    from: texts(),
    target: shortText().nullable(),
    revisions: texts(),
  });

const database = (keys: Keys) =>
  z.object({
    host: shortText(),
    port: z.int(),
    name: shortText(),
    ...ifThere(keys, { user: shortText, serverVersion: shortText }),
  });

const reportBody = (keys: Keys) =>
  z.object({
    operation: z.enum(operationKinds),
    success: yesOrNo(),
    ...ifThere(keys, { state: () => z.enum(databaseStates), engine: shortText }),
    currentRevisions: texts(),
    headRevisions: texts(),
    migrations: list(migrationEntry(keys)),
    problems: list(problem(keys)),
    ...ifThere(keys, {
      plan,
      error: () => reportError(keys),
      database: () => database(keys),
      handler: () => z.object({ version: shortText(), operations: texts() }),
      runId: shortText,
      part: fromOne,
      durationMs: duration,
    }),
  });

/** A row of the ledger, as it travels and as the far side reads it back. */
export const runRecordSchema = (keys: Keys) =>
  z.object({
    ...runRecordFields(keys),
    ...ifThere(keys, { plan, error: () => reportError(keys), report: () => reportBody(keys) }),
  });

/** The report as our own far side sends it, keys already in camelCase. */
export const reportSchema = byKeys((keys) =>
  reportBody(keys).extend(
    ifThere(keys, { run: () => runRecordSchema(keys), runs: () => list(runRecordSchema(keys)) }),
  ),
);

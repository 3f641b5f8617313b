import type { SnapshotPolicy } from "../../config/target.js";
import type { DatabaseIdentity } from "../../contract/report.js";
import type { Database, Snapshot } from "../../remote/databases.js";
import type { StageContext } from "../stage-context.js";
import { age } from "./age.js";
import { type AvailableSnapshot, asAvailable } from "./available.js";
import { name } from "./database-state.js";
import { findDatabase } from "./find-database.js";
import { checkRecovery } from "./point-in-time.js";
import { reusable } from "./reuse.js";
import { checkRightDatabase } from "./right-database.js";
import { takeSnapshot } from "./take.js";
import { waitForSnapshot } from "./wait.js";

/** What a command line says about the safeguards of a write. */
export interface SafeguardRequest {
  /** `--allow-destructive` */
  allowDestructive: boolean;
  /** `--skip-snapshot --reason TEXT`: goes into the ledger. */
  skipReason?: string;
  /** `--reuse-snapshot AGE` */
  reuseSeconds?: number;
  /** Milliseconds until a snapshot has to be available. */
  snapshotTimeoutMs: number;
}

interface Snapshotted {
  kind: "snapshot";
  snapshot: AvailableSnapshot;
  database: Database;
}

interface Recoverable {
  kind: "pointInTime";
  /** ISO 8601, UTC: just before the run. */
  moment: string;
  database: Database;
}

/** Somebody said so, with a reason, for this one run. */
interface Skipped {
  kind: "skipped";
  reason: string;
}

/** The stage asks for none. */
interface NotAsked {
  kind: "none";
  reason?: string;
}

/**
 * What each policy takes for a way back. The law, as the compiler reads it: where a snapshot is required there is an available one, or
 * somebody's reason for going without.
 */
export interface WayBackOf {
  required: Snapshotted | Skipped;
  reuse: Snapshotted | Skipped;
  pointInTime: Recoverable | Skipped;
  none: NotAsked;
}

export type WayBack = WayBackOf[keyof WayBackOf];

const prepared = Symbol("prepared");

/**
 * A way back that was looked into, before anybody is asked for consent; `secure` makes it stand. Only this file makes one, by the stage's
 * policy.
 */
export interface PreparedWayBack {
  readonly [prepared]: true;
  secure(what: SecuredFor): Promise<WayBack>;
}

export interface SecuredFor {
  runId: string;
  /** What the database is at. */
  revisions: string[];
}

type Prepare<K extends keyof WayBackOf> = (
  context: StageContext,
  policy: Extract<SnapshotPolicy, { kind: K }>,
  request: SafeguardRequest,
  connected: DatabaseIdentity | undefined,
) => Promise<{ secure(what: SecuredFor): Promise<WayBackOf[K]> }>;

const preparations: { [K in keyof WayBackOf]: Prepare<K> } = {
  required: (context, _policy, request, connected) => prepareSnapshot(context, request, connected),
  reuse: (context, { maxAgeSeconds }, request, connected) =>
    prepareSnapshot(context, request, connected, maxAgeSeconds),
  pointInTime: preparePointInTime,
  none: async (_context, policy, { skipReason }) => {
    const reason = skipReason ?? policy.reason;
    return { secure: async () => ({ kind: "none", ...(reason === undefined ? {} : { reason }) }) };
  },
};

/** Finds out what will stand behind a write, says it, and refuses where it cannot be: the wrong database, no recovery, no configuration. */
export async function prepareWayBack(
  context: StageContext,
  request: SafeguardRequest,
  { isKnown, database }: { isKnown: boolean; database?: DatabaseIdentity | undefined },
): Promise<PreparedWayBack> {
  const policy = isKnown ? context.target.snapshot : policyForAnything(context);
  return { [prepared]: true, ...(await byPolicy(context, policy, request, database)) };
}

/** A run that may do anything has a way back on every stage, unless somebody wrote down why not. */
function policyForAnything({ target, emit }: StageContext): SnapshotPolicy {
  const { snapshot, stage } = target;
  if (snapshot.kind !== "none" || snapshot.reason !== undefined) return snapshot;
  if (target.database !== undefined) return { kind: "required" };
  emit({
    type: "warning",
    code: "no_way_back",
    message: `Stage ${stage} has no \`database\` in .migraterc.json, so no snapshot is taken although nobody knows what this run will do.`,
    hint: `Name it: "database": { "instance": "NAME" }, or { "cluster": "NAME" } for Aurora.`,
  });
  return snapshot;
}

function byPolicy(
  context: StageContext,
  policy: SnapshotPolicy,
  request: SafeguardRequest,
  connected: DatabaseIdentity | undefined,
): Promise<{ secure(what: SecuredFor): Promise<WayBack> }> {
  const { skipReason, reuseSeconds } = request;
  if (skipReason !== undefined && policy.kind !== "none") return skipping(context, skipReason);
  if (reuseSeconds !== undefined) {
    const reuse = { kind: "reuse", maxAgeSeconds: reuseSeconds } as const;
    return preparations.reuse(context, reuse, request, connected);
  }
  switch (policy.kind) {
    case "required":
      return preparations.required(context, policy, request, connected);
    case "reuse":
      return preparations.reuse(context, policy, request, connected);
    case "pointInTime":
      return preparations.pointInTime(context, policy, request, connected);
    case "none":
      return preparations.none(context, policy, request, connected);
  }
}

async function skipping(
  { emit, target }: StageContext,
  reason: string,
): Promise<{ secure(): Promise<Skipped> }> {
  emit({
    type: "warning",
    code: "snapshot_skipped",
    message: `Stage ${target.stage} asks for a way back, and this run goes without one: ${reason}`,
  });
  return { secure: async () => ({ kind: "skipped", reason }) };
}

async function prepareSnapshot(
  context: StageContext,
  { snapshotTimeoutMs }: SafeguardRequest,
  connected: DatabaseIdentity | undefined,
  maxAgeSeconds?: number,
): Promise<{ secure(what: SecuredFor): Promise<Snapshotted> }> {
  const { databases, signal, now, emit, target } = context;
  const database = await findDatabase(context, connected);
  await checkRightDatabase(context, database, connected);
  const recent =
    maxAgeSeconds === undefined
      ? undefined
      : reusable(await databases.snapshots(database, { signal }), maxAgeSeconds, now());
  const what = name(database).toLowerCase();
  emit({
    type: "way-back",
    message:
      recent === undefined
        ? `Before the first statement a snapshot of ${what} is taken.`
        : `Snapshot ${recent.id} of ${what}, ${age(recent.createdAt, now())} old, is the way back.`,
  });
  const timeoutMs = snapshotTimeoutMs;
  return {
    secure: async ({ runId, revisions }) => {
      const snapshot =
        recent === undefined
          ? await takeSnapshot(context, database, {
              timeoutMs,
              runId,
              revisions,
              keepSeconds: target.keepSnapshotsSeconds,
            })
          : await stillThere(context, recent, timeoutMs);
      return { kind: "snapshot", snapshot, database };
    },
  };
}

/** Consent may have taken its time: what is reused is looked at once more, and waited for where it is still being made. */
async function stillThere(
  context: StageContext,
  snapshot: Snapshot,
  timeoutMs: number,
): Promise<AvailableSnapshot> {
  const seen = await context.databases.snapshot(snapshot, { signal: context.signal });
  const available = seen === undefined ? undefined : asAvailable(seen);
  return available ?? waitForSnapshot(context, snapshot, { timeoutMs, listed: true });
}

async function preparePointInTime(
  context: StageContext,
  _policy: unknown,
  _request: SafeguardRequest,
  connected: DatabaseIdentity | undefined,
): Promise<{ secure(): Promise<Recoverable> }> {
  const database = await findDatabase(context, connected);
  await checkRightDatabase(context, database, connected);
  await checkRecovery(context, database);
  context.emit({
    type: "way-back",
    message: `The way back is point-in-time recovery of ${name(database).toLowerCase()}; no snapshot is taken.`,
  });
  return {
    secure: async () => ({ kind: "pointInTime", moment: context.now().toISOString(), database }),
  };
}

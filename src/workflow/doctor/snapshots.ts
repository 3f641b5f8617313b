import type { SnapshotPolicy, Target } from "../../config/target.js";
import type { Snapshot } from "../../remote/databases.js";
import type { Reading } from "../../remote/inspect/reading.js";
import type { Quota } from "../../remote/inspection.js";
import type { Check } from "../results/doctor.js";
import { check } from "./check.js";

export interface SnapshotsSeen {
  /** The configuration or the function says which database it is. */
  isNamed: boolean;
  /** Manual ones, newest first; absent where RDS does not know the database, or may not be asked. */
  snapshots?: Reading<Snapshot[]>;
  quota: Reading<Quota | undefined>;
}

export function snapshotChecks(
  target: Target,
  { isNamed, snapshots, quota }: SnapshotsSeen,
  now: Date,
): Check[] {
  return [
    policyCheck(target, isNamed),
    ...(snapshots === undefined ? [] : [newestCheck(snapshots, now)]),
    quotaCheck(target, quota),
  ];
}

const words: Record<SnapshotPolicy["kind"], string> = {
  required: "Before each run a snapshot is taken.",
  reuse: "Before each run there is a recent snapshot.",
  pointInTime: "Behind each run stands point-in-time recovery.",
  none: "No snapshot is asked for.",
};

function policyCheck({ stage, snapshot, protected: guarded }: Target, isNamed: boolean): Check {
  const say = check("snapshot_policy");
  if (snapshot.kind === "none")
    return say.ok(
      guarded ? `No snapshot is asked for: ${snapshot.reason ?? "no reason given"}.` : words.none,
    );
  if (isNamed) return say.ok(words[snapshot.kind]);
  return say.failed(
    `${words[snapshot.kind]} Which database that is nobody says.`,
    `Say it in .migraterc.json, for stage ${stage}: "database": { "instance": "NAME" }, or { "cluster": "NAME" } for Aurora.`,
  );
}

function newestCheck(snapshots: Reading<Snapshot[]>, now: Date): Check {
  const say = check("snapshot_newest");
  if (!snapshots.known) return say.unread("Its snapshots", snapshots);
  const [newest] = snapshots.value;
  if (newest === undefined) return say.ok("There is no manual snapshot of it yet.");
  if (newest.status === "failed")
    return say.warning(
      `Its newest snapshot, ${newest.id}, failed.`,
      "See the RDS console for why; delete it, and try again: `migrate-remote snapshot`.",
    );
  if (newest.createdAt === undefined)
    return say.ok(`Its newest snapshot, ${newest.id}, is ${newest.status}.`);
  return say.ok(
    `Its newest snapshot, ${newest.id}, is ${age(now.getTime() - Date.parse(newest.createdAt))} old.`,
  );
}

function age(ms: number): string {
  const hours = Math.max(0, Math.floor(ms / 3_600_000));
  if (hours < 1) return `${Math.max(0, Math.floor(ms / 60_000))} min`;
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
}

/** So few left that the next deployments use them up. */
const fewLeft = 5;

function quotaCheck({ snapshot, stage }: Target, quota: Reading<Quota | undefined>): Check {
  const say = check("snapshot_quota");
  if (!quota.known) return say.unread("How many snapshots there may be", quota);
  if (quota.value === undefined) return say.unknown("RDS does not tell how many snapshots there may be.");
  const { used, max } = quota.value;
  const message = `${used} of ${max} manual snapshots of the account are used.`;
  const fix = `Delete old ones (migrate-remote snapshot prune --stage ${stage} shows ours), or have the quota raised in Service Quotas.`;
  if (used >= max)
    return snapshot.kind === "required" || snapshot.kind === "reuse"
      ? say.failed(`${message} No further one can be taken, and a run of this stage needs one.`, fix)
      : say.warning(message, fix);
  return max - used <= fewLeft ? say.warning(message, fix) : say.ok(message);
}

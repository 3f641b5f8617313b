import type { Snapshot } from "../../remote/databases.js";
import { RemoteError } from "../../remote/remote-error.js";
import { type Confirm, obtainConsent } from "../consent.js";
import type { ResultError, SnapshotPruneResult } from "../results.js";
import { checkAccount, type StageContext, targetSummary } from "../stage-context.js";
import { findDatabaseAlone } from "./find-database.js";
import { listed, ourSnapshots } from "./ours.js";
import { choosePruned, type PruneRule } from "./prune-rule.js";
import { factsOf } from "./tags.js";

export interface PruneRequest {
  rule: PruneRule;
  /** Without it nothing is deleted, and nothing asked. */
  confirm?: Confirm;
}

/** Deletes the stage's own old snapshots, or says which it would. One that cannot be deleted does not keep the others. */
export async function pruneSnapshots(
  context: StageContext,
  { rule, confirm }: PruneRequest,
): Promise<SnapshotPruneResult> {
  const { stage } = context.target;
  const dryRun = confirm === undefined || confirm === false;
  if (!dryRun) {
    await obtainConsent(context, confirm, "delete snapshots");
    await checkAccount(context);
  }
  const { kind, identifier } = await findDatabaseAlone(context);
  const snapshots = await ourSnapshots(context, { kind, identifier });
  const now = context.now();
  const view = (snapshot: Snapshot) => listed(snapshot, stage, now);
  const { go, stay } = choosePruned(
    snapshots.map((snapshot) => ({ ...snapshot, ...factsOf(snapshot.tags, stage) })),
    rule,
    now,
  );
  const ends: [Snapshot, ResultError | undefined][] = [];
  for (const [index, snapshot] of go.entries()) {
    if (!dryRun) {
      context.emit({ type: "deleting", id: snapshot.id, index: index + 1, total: go.length });
    }
    ends.push([snapshot, dryRun ? undefined : await remove(context, snapshot)]);
  }
  return {
    command: "snapshot",
    action: "prune",
    ...targetSummary(context),
    database: { kind, identifier },
    rule: {
      ...(rule.keep === undefined ? {} : { keep: rule.keep }),
      ...(rule.olderThanMs === undefined ? {} : { olderThanSeconds: rule.olderThanMs / 1000 }),
    },
    dryRun,
    ...(dryRun ? { wouldDelete: go.map(view) } : {}),
    deleted: ends.flatMap(([snapshot, error]) => (error === undefined && !dryRun ? [view(snapshot)] : [])),
    kept: stay.map(view),
    failed: ends.flatMap(([snapshot, error]) =>
      error === undefined ? [] : [{ snapshot: view(snapshot), error }],
    ),
  };
}

/** What somebody else deleted meanwhile is deleted. */
async function remove(
  { databases, signal }: StageContext,
  { kind, id }: Snapshot,
): Promise<ResultError | undefined> {
  try {
    await databases.deleteSnapshot({ kind, id }, { signal });
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof RemoteError)) throw error;
    const { code, message, hint } = error;
    return (code as string) === "snapshot_not_found" ? undefined : { code, message, hint };
  }
}

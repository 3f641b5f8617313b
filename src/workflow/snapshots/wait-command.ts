import { Failure } from "../../contract/failure.js";
import type { SnapshotTakenResult } from "../results.js";
import { type StageContext, targetSummary } from "../stage-context.js";
import { asAvailable } from "./available.js";
import { findSnapshot } from "./find-snapshot.js";
import { snapshotView } from "./view.js";
import { waitForSnapshot } from "./wait.js";

/** Goes on with a wait that was interrupted, for a snapshot that anybody may have begun. */
export async function waitSnapshot(
  context: StageContext,
  id: string,
  { timeoutMs }: { timeoutMs: number },
): Promise<SnapshotTakenResult> {
  const began = context.now().getTime();
  const found = await findSnapshot(context, id);
  if (found === undefined) {
    throw new Failure(
      "snapshot_not_found",
      `There is no snapshot ${id}, of an instance or of a cluster, in this account and region.`,
      {
        category: "usage",
        hint: `See those there are: migrate-remote snapshot list --stage ${context.target.stage}`,
      },
    );
  }
  const another = `Take another one: migrate-remote snapshot --stage ${context.target.stage}`;
  // One that is ready was not waited for.
  const snapshot =
    asAvailable(found) ?? (await waitForSnapshot(context, found, { timeoutMs, listed: true, another }));
  return {
    command: "snapshot",
    action: "wait",
    ...targetSummary(context),
    snapshot: snapshotView(snapshot, context.target.stage),
    durationMs: context.now().getTime() - began,
  };
}

import type { SnapshotTakenResult } from "../results.js";
import { checkAccount, type StageContext, targetSummary } from "../stage-context.js";
import { askFunction } from "./ask-function.js";
import { findDatabase } from "./find-database.js";
import { checkRightDatabase } from "./right-database.js";
import { takeSnapshot } from "./take.js";
import { snapshotView } from "./view.js";

export interface CreateRequest {
  /** Milliseconds until it has to be available. */
  timeoutMs: number;
  /** How long `snapshot prune` leaves it alone; without it as the stage says. */
  keepSeconds?: number;
}

/** A snapshot by itself: it needs no consent, for it changes nothing. */
export async function createSnapshot(
  context: StageContext,
  { timeoutMs, keepSeconds }: CreateRequest,
): Promise<SnapshotTakenResult> {
  const began = context.now().getTime();
  await checkAccount(context);
  const { report, silent } = await askFunction(context);
  const database = await findDatabase(context, report?.database, silent);
  if (silent !== undefined) {
    const { message, hint } = silent;
    context.emit({
      type: "warning",
      code: "function_silent",
      message,
      ...(hint === undefined ? {} : { hint }),
    });
  }
  await checkRightDatabase(context, database, report?.database, silent === undefined ? {} : { told: true });
  const snapshot = await takeSnapshot(context, database, {
    timeoutMs,
    revisions: report?.currentRevisions ?? [],
    keepSeconds: keepSeconds ?? context.target.keepSnapshotsSeconds,
  });
  return {
    command: "snapshot",
    action: "create",
    ...targetSummary(context),
    snapshot: snapshotView(snapshot, context.target.stage),
    durationMs: context.now().getTime() - began,
  };
}

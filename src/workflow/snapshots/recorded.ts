import type { RunRecord } from "../../contract/run-record.js";
import type { StageContext } from "../stage-context.js";
import { asAvailable } from "./available.js";
import { findSnapshot } from "./find-snapshot.js";
import type { WayBack, WayBackOf } from "./way-back.js";

/** The way back that the ledger notes for a run, as far as it stands today and the stage's policy takes it. */
export async function recordedWayBack(
  context: StageContext,
  record: RunRecord,
): Promise<WayBack | undefined> {
  const policy = context.target.snapshot;
  return policy.kind === "none" ? { kind: "none" } : guarded(context, record);
}

async function guarded(
  context: StageContext,
  { snapshotId, snapshotSkipped }: RunRecord,
): Promise<WayBackOf["required"] | undefined> {
  if (snapshotSkipped !== undefined) return { kind: "skipped", reason: snapshotSkipped };
  if (snapshotId === undefined) return undefined;
  const snapshot = await findSnapshot(context, snapshotId);
  const available = snapshot === undefined ? undefined : asAvailable(snapshot);
  if (available === undefined) return undefined;
  const { kind, database: identifier } = available;
  const database = await context.databases.describe({ kind, identifier }, { signal: context.signal });
  return { kind: "snapshot", snapshot: available, database };
}

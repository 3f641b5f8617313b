import type { RunRecord } from "../../contract/run-record.js";
import type { WayBackView } from "../results.js";
import type { StageContext } from "../stage-context.js";
import { factsOf } from "./tags.js";
import type { WayBack } from "./way-back.js";

/** The way back as a result tells it, commands included. `startedAt` (ISO 8601): just before the run's first statement. */
export function wayBackView(
  { target, now }: StageContext,
  wayBack: WayBack,
  startedAt: string | undefined,
): WayBackView {
  const { stage } = target;
  switch (wayBack.kind) {
    case "snapshot": {
      const { id, createdAt, tags } = wayBack.snapshot;
      const { revision } = factsOf(tags, stage) ?? {};
      const { kind, identifier, backupRetentionDays } = wayBack.database;
      // What was written between the snapshot and the run need not be lost where the database keeps its log.
      const recoverable = backupRetentionDays > 0 && startedAt !== undefined;
      return {
        kind: "snapshot",
        database: { kind, identifier },
        snapshotId: id,
        ...(revision === undefined ? {} : { revision }),
        ...(createdAt === undefined ? {} : { moment: createdAt, ...lost(createdAt, now()) }),
        restoreCommand: restoreSnapshot(id, stage),
        ...(recoverable
          ? { pointInTime: { moment: startedAt, restoreCommand: restoreToTime(startedAt, stage) } }
          : {}),
      };
    }
    case "pointInTime": {
      const { kind, identifier } = wayBack.database;
      return {
        kind: "pointInTime",
        database: { kind, identifier },
        moment: wayBack.moment,
        ...lost(wayBack.moment, now()),
        restoreCommand: restoreToTime(wayBack.moment, stage),
      };
    }
    default:
      return { ...wayBack };
  }
}

function lost(moment: string, now: Date): { lostSeconds?: number } {
  const seconds = Math.round((now.getTime() - Date.parse(moment)) / 1000);
  return seconds >= 0 ? { lostSeconds: seconds } : {};
}

/** What the ledger knows of the way back of a run that another command began. */
export function recordedWayBackView(
  { target }: StageContext,
  { snapshotId, snapshotSkipped }: RunRecord,
): WayBackView | undefined {
  if (snapshotId !== undefined) {
    const restoreCommand = restoreSnapshot(snapshotId, target.stage);
    return { kind: "snapshot", snapshotId, restoreCommand };
  }
  return snapshotSkipped === undefined ? undefined : { kind: "skipped", reason: snapshotSkipped };
}

function restoreSnapshot(id: string, stage: string): string {
  return `migrate-remote snapshot restore ${id} --stage ${stage}`;
}

function restoreToTime(moment: string, stage: string): string {
  return `migrate-remote snapshot restore --to-time ${moment} --stage ${stage}`;
}

import type { WayBackView } from "../results.js";
import type { StageContext } from "../stage-context.js";
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
      const { id, createdAt } = wayBack.snapshot;
      const { kind, identifier, backupRetentionDays } = wayBack.database;
      // What was written between the snapshot and the run need not be lost where the database keeps its log.
      const recoverable = backupRetentionDays > 0 && startedAt !== undefined;
      return {
        kind: "snapshot",
        database: { kind, identifier },
        snapshotId: id,
        ...(createdAt === undefined ? {} : { moment: createdAt, ...lost(createdAt, now()) }),
        restoreCommand: `migrate-remote snapshot restore ${id} --stage ${stage}`,
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

function restoreToTime(moment: string, stage: string): string {
  return `migrate-remote snapshot restore --to-time ${moment} --stage ${stage}`;
}

import { Failure } from "../../contract/failure.js";
import type { Database } from "../../remote/databases.js";
import type { StageContext } from "../stage-context.js";
import { awsRds } from "./aws-command.js";
import { name } from "./database-state.js";

/** RDS uploads the log every five minutes; what lags far behind that will not reach the moment soon. */
const usualLagMs = 30 * 60_000;

/** Makes sure that point-in-time recovery is on, and warns where it does not reach as far as it should. */
export async function checkRecovery(context: StageContext, database: Database): Promise<void> {
  const { target, now, signal, databases, emit } = context;
  if (database.backupRetentionDays === 0) {
    const { kind, identifier } = database;
    const days = ["--backup-retention-period", "7", "--apply-immediately"];
    const turnOn = awsRds(target, [`modify-db-${kind}`, `--db-${kind}-identifier`, identifier, ...days]);
    throw new Failure(
      "point_in_time_off",
      `${name(database)} keeps no backups, so there is no point in time to go back to. Nothing was changed.`,
      {
        category: "refused",
        hint: `Take a snapshot instead ("snapshot": "required" for stage ${target.stage}), or turn it on: ${turnOn}`,
      },
    );
  }
  const latest = (await databases.recoveryWindow(database, { signal }))?.latest;
  if (latest === undefined) {
    throw new Failure(
      "point_in_time_unready",
      `${name(database)} has no point in time yet to which it can be restored. Nothing was changed.`,
      {
        category: "refused",
        hint: `Wait for its first automated backup, or take a snapshot: "snapshot": "required" for stage ${target.stage}.`,
      },
    );
  }
  if (now().getTime() - Date.parse(latest) > usualLagMs) {
    emit({
      type: "warning",
      code: "point_in_time_lags",
      message: `${name(database)} can be restored up to ${latest} only; what was written since is not recoverable yet.`,
    });
  }
}

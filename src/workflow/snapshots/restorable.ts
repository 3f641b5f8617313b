import { Failure } from "../../contract/failure.js";
import type { Database, Snapshot } from "../../remote/databases.js";
import type { StageContext } from "../stage-context.js";
import { awsRestore } from "./aws-command.js";
import { findSnapshot } from "./find-snapshot.js";

/**
 * The snapshot to restore: there, available, and of the stage's own database, since the new one is made like that.
 *
 * @throws Failure `snapshot_not_found`, `wrong_database`, `snapshot_not_ready`
 */
export async function restorableSnapshot(
  context: StageContext,
  original: Database,
  id: string,
): Promise<Snapshot> {
  const { stage } = context.target;
  const snapshot = await findSnapshot(context, id);
  if (snapshot === undefined) {
    throw new Failure("snapshot_not_found", `There is no snapshot ${id}. Nothing was made.`, {
      category: "usage",
      hint: `See those there are: migrate-remote snapshot list --stage ${stage}`,
    });
  }
  if (snapshot.kind !== original.kind || snapshot.database !== original.identifier) {
    throw anotherDatabase(context, original, snapshot);
  }
  if (snapshot.status !== "available") throw notReady(snapshot, stage);
  return snapshot;
}

function anotherDatabase(
  { target }: StageContext,
  { kind, identifier }: Database,
  snapshot: Snapshot,
): Failure {
  const command = awsRestore(target, snapshot, "NEW-NAME");
  return new Failure(
    "wrong_database",
    `Snapshot ${snapshot.id} is of ${snapshot.kind} ${snapshot.database}, and the database of stage ${target.stage} is ${kind} ${identifier}. Nothing was made.`,
    {
      category: "refused",
      hint: `Choose the stage that it belongs to (--stage), or restore it by hand, with subnet group and security groups of your own choice: ${command}`,
    },
  );
}

function notReady({ id, status, percent }: Snapshot, stage: string): Failure {
  const isComing = status === "creating" || status === "copying";
  return new Failure(
    "snapshot_not_ready",
    `Snapshot ${id} is ${status}${isComing ? `, ${percent} %` : ""}: it cannot be restored${isComing ? " yet" : ""}. Nothing was made.`,
    {
      category: "error",
      hint: isComing
        ? `Wait for it: migrate-remote snapshot wait ${id} --stage ${stage}`
        : `See what else there is: migrate-remote snapshot list --stage ${stage}`,
    },
  );
}

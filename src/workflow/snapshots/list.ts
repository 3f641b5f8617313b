import type { DatabaseRef } from "../../remote/databases.js";
import { RemoteError } from "../../remote/remote-error.js";
import type { SnapshotListResult } from "../results.js";
import { type StageContext, targetSummary } from "../stage-context.js";
import { findDatabaseAlone } from "./find-database.js";
import { listed, ourSnapshots } from "./ours.js";

export async function listSnapshots(context: StageContext): Promise<SnapshotListResult> {
  const { kind, identifier } = await databaseThatWas(context);
  const snapshots = await ourSnapshots(context, { kind, identifier });
  const now = context.now();
  return {
    command: "snapshot",
    action: "list",
    ...targetSummary(context),
    database: { kind, identifier },
    snapshots: snapshots.map((snapshot) => listed(snapshot, context.target.stage, now)),
  };
}

/** Snapshots outlive their database, and never are they looked for more urgently than when it is gone. */
async function databaseThatWas(context: StageContext): Promise<DatabaseRef> {
  try {
    return await findDatabaseAlone(context);
  } catch (error) {
    const { database } = context.target;
    const isGone = error instanceof RemoteError && error.code === "database_not_found";
    if (!isGone || database === undefined) throw error;
    context.emit({ type: "warning", code: error.code, message: error.message, hint: error.hint });
    return database;
  }
}

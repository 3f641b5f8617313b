import { type DBInstance, paginateDescribeDBInstanceAutomatedBackups } from "@aws-sdk/client-rds";
import type { CallOptions, DatabaseRef, RecoveryWindow } from "../databases.js";
import { RemoteError } from "../remote-error.js";
import { everyPage, type Rds } from "./calls.js";
import { findCluster } from "./clusters.js";
import { findInstance } from "./instances.js";
import { defined, list, number, time } from "./values.js";

export async function recoveryWindow(
  rds: Rds,
  { kind, identifier }: DatabaseRef,
  options?: CallOptions,
): Promise<RecoveryWindow | undefined> {
  if (kind === "cluster") {
    const cluster = await findCluster(rds, identifier, options);
    return windowOf(time(cluster.EarliestRestorableTime), time(cluster.LatestRestorableTime));
  }
  const instance = await findInstance(rds, identifier, options);
  if ((number(instance.BackupRetentionPeriod) ?? 0) <= 0) return undefined;
  const latest = time(instance.LatestRestorableTime);
  return windowOf(await earliestOf(rds, instance, identifier, options), latest);
}

function windowOf(earliest: string | undefined, latest: string | undefined): RecoveryWindow | undefined {
  return latest === undefined ? undefined : defined<RecoveryWindow>({ earliest, latest });
}

/** An instance does not tell it itself. The right to read it is one more, and not worth failing for. */
async function earliestOf(
  rds: Rds,
  instance: DBInstance,
  identifier: string,
  options?: CallOptions,
): Promise<string | undefined> {
  const about = { database: { kind: "instance", identifier } as const };
  try {
    const backups = await rds.read("DescribeDBInstanceAutomatedBackups", about, options, (client, sending) =>
      everyPage(
        paginateDescribeDBInstanceAutomatedBackups(
          { client, stopOnSameToken: true },
          { DBInstanceIdentifier: identifier },
          sending,
        ),
        ({ DBInstanceAutomatedBackups }) => DBInstanceAutomatedBackups,
      ),
    );
    // Those of a deleted instance that had this name are listed too.
    const own = list(backups).find(({ DbiResourceId }) => DbiResourceId === instance.DbiResourceId);
    return time(own?.RestoreWindow?.EarliestTime);
  } catch (error) {
    if (error instanceof RemoteError && error.code === "access_denied") return undefined;
    throw error;
  }
}

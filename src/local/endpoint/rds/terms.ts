import type { Kind } from "../../rds/records.js";
import { AwsError } from "../errors.js";

/** What RDS calls the same things for instances and for clusters. Codes as they are on the wire, where some end in `Fault`. */
export const terms = {
  instance: {
    kind: "instance",
    database: "DBInstance",
    snapshot: "DBSnapshot",
    databaseType: "db",
    snapshotType: "snapshot",
    engine: "postgres",
    databaseFilter: "db-instance-id",
    snapshotFilter: "db-snapshot-id",
    resourcePrefix: "db",
    codes: {
      databaseNotFound: "DBInstanceNotFound",
      databaseExists: "DBInstanceAlreadyExists",
      databaseState: "InvalidDBInstanceState",
      snapshotNotFound: "DBSnapshotNotFound",
      snapshotExists: "DBSnapshotAlreadyExists",
      snapshotState: "InvalidDBSnapshotState",
    },
  },
  cluster: {
    kind: "cluster",
    database: "DBCluster",
    snapshot: "DBClusterSnapshot",
    databaseType: "cluster",
    snapshotType: "cluster-snapshot",
    engine: "aurora-postgresql",
    databaseFilter: "db-cluster-id",
    snapshotFilter: "db-cluster-snapshot-id",
    resourcePrefix: "cluster",
    codes: {
      databaseNotFound: "DBClusterNotFoundFault",
      databaseExists: "DBClusterAlreadyExistsFault",
      databaseState: "InvalidDBClusterStateFault",
      snapshotNotFound: "DBClusterSnapshotNotFoundFault",
      snapshotExists: "DBClusterSnapshotAlreadyExistsFault",
      snapshotState: "InvalidDBClusterSnapshotStateFault",
    },
  },
} as const;

export type Terms = (typeof terms)[Kind];

export function refusal({ codes }: Terms, code: keyof Terms["codes"], message: string): AwsError {
  return new AwsError(codes[code], message, /NotFound/.test(codes[code]) ? 404 : 400);
}

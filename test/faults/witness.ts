import {
  DescribeDBClusterSnapshotsCommand,
  DescribeDBSnapshotsCommand,
  RDSClient,
} from "@aws-sdk/client-rds";
import type { DatabaseRef } from "../../src/remote/databases.js";
import { eventOf } from "./call.js";
import type { Watch } from "./proxy.js";
import { testCredentials } from "./stand.js";

export interface MadeSnapshot {
  id: string;
  status: string;
}

/** Asks RDS itself, past the proxy. */
export interface Witness {
  snapshots(): Promise<MadeSnapshot[]>;
  /** For the proxy: looks whether the law holds as a run comes. */
  watch: Watch;
  /** Runs that came before their snapshot was available. */
  lawless: readonly string[];
  close(): void;
}

export interface Witnessed extends DatabaseRef {
  endpoint: string;
  region: string;
}

export function callWitness({ endpoint, region, kind, identifier }: Witnessed): Witness {
  const rds = new RDSClient({
    endpoint,
    region,
    credentials: {
      accessKeyId: testCredentials.AWS_ACCESS_KEY_ID,
      secretAccessKey: testCredentials.AWS_SECRET_ACCESS_KEY,
    },
  });
  const lawless: string[] = [];
  const snapshots = async (): Promise<MadeSnapshot[]> => {
    if (kind === "cluster") {
      const { DBClusterSnapshots = [] } = await rds.send(
        new DescribeDBClusterSnapshotsCommand({ DBClusterIdentifier: identifier, SnapshotType: "manual" }),
      );
      return DBClusterSnapshots.map((one) => made(one.DBClusterSnapshotIdentifier, one.Status));
    }
    const { DBSnapshots = [] } = await rds.send(
      new DescribeDBSnapshotsCommand({ DBInstanceIdentifier: identifier, SnapshotType: "manual" }),
    );
    return DBSnapshots.map((one) => made(one.DBSnapshotIdentifier, one.Status));
  };
  return {
    snapshots,
    lawless,
    watch: async (call, nth, body) => {
      if (!/^run \d+$/.test(call)) return;
      const id = eventOf(body).snapshot_id;
      const found = (await snapshots()).find((one) => one.id === id);
      if (found?.status === "available") return;
      lawless.push(`${call}#${nth} came while its snapshot ${id} was ${found?.status ?? "not there"}`);
    },
    close: () => rds.destroy(),
  };
}

function made(id = "", status = ""): MadeSnapshot {
  return { id, status };
}

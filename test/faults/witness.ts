import { DescribeDBSnapshotsCommand, RDSClient } from "@aws-sdk/client-rds";
import { eventOf } from "./call.js";
import type { Watch } from "./proxy.js";
import { type CaseGround, testCredentials } from "./stand.js";

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

export function callWitness({ endpoint, instance, region }: CaseGround): Witness {
  const rds = new RDSClient({
    endpoint,
    region,
    credentials: {
      accessKeyId: testCredentials.AWS_ACCESS_KEY_ID,
      secretAccessKey: testCredentials.AWS_SECRET_ACCESS_KEY,
    },
  });
  const lawless: string[] = [];
  const snapshots = async () => {
    const { DBSnapshots = [] } = await rds.send(
      new DescribeDBSnapshotsCommand({ DBInstanceIdentifier: instance }),
    );
    return DBSnapshots.map(({ DBSnapshotIdentifier: id = "", Status: status = "" }) => ({ id, status }));
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

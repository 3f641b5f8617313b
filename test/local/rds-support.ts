import {
  DescribeDBClusterSnapshotsCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  RDSClient,
} from "@aws-sdk/client-rds";
import pg from "pg";
import { onTestFinished } from "vitest";
import type { LocalSession } from "../../src/local/open.js";
import { aFunction, until } from "./support.js";

/** A function of a stage whose database RDS knows by this name. */
export function stageFunction(
  instance: { kind: "instance" | "cluster"; identifier: string },
  embedded = "app",
) {
  return aFunction("query.handler", { database: { embedded }, instance });
}

export const shop = stageFunction({ kind: "instance", identifier: "shop-local" });
export const shopCluster = stageFunction({ kind: "cluster", identifier: "shop-cluster" });

/** The SDK's own client, as it ships but for retries. */
export function rdsOf({
  endpoint,
  region,
  credentials,
}: Pick<LocalSession, "endpoint" | "region" | "credentials">) {
  const rds = new RDSClient({ endpoint, region, credentials, maxAttempts: 1 });
  onTestFinished(() => rds.destroy());
  const instance = async (name: string) =>
    (await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: name }))).DBInstances?.[0];
  const cluster = async (name: string) =>
    (await rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: name }))).DBClusters?.[0];
  const snapshot = async (name: string) =>
    (await rds.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: name }))).DBSnapshots?.[0];
  const clusterSnapshot = async (name: string) =>
    (await rds.send(new DescribeDBClusterSnapshotsCommand({ DBClusterSnapshotIdentifier: name })))
      .DBClusterSnapshots?.[0];
  const become = (wanted: string, ask: () => Promise<string | undefined>) =>
    until(async () => (await ask()) === wanted, `it is ${wanted}`);
  return {
    rds,
    send: rds.send.bind(rds),
    instance,
    cluster,
    snapshot,
    clusterSnapshot,
    untilSnapshot: (name: string, status = "available") =>
      become(status, async () => (await snapshot(name))?.Status),
    untilClusterSnapshot: (name: string, status = "available") =>
      become(status, async () => (await clusterSnapshot(name))?.Status),
    untilInstance: (name: string, status = "available") =>
      become(status, async () => (await instance(name))?.DBInstanceStatus),
    untilCluster: (name: string, status = "available") =>
      become(status, async () => (await cluster(name))?.Status),
  };
}

/** A connection that its test may forget about. */
export async function connectTo(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  onTestFinished(() => client.end().catch(() => {}));
  return client;
}

/** In a session of its own, which is over then. */
export async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Another database in the same server. */
export function inDatabase(url: string, database: string): string {
  return Object.assign(new URL(url), { pathname: `/${database}` }).href;
}

/** The databases that we made in this server. */
export async function copiesIn(url: string): Promise<unknown[]> {
  const sql = "SELECT datname FROM pg_database WHERE datname LIKE 'migrate_remote_%' ORDER BY 1";
  return (await ask(inDatabase(url, "postgres"), sql)).map(({ datname }) => datname);
}

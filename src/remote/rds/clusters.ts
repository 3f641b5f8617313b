import {
  type DBCluster,
  type DBInstance,
  DescribeDBClustersCommand,
  paginateDescribeDBInstances,
} from "@aws-sdk/client-rds";
import type { CallOptions, Database, Endpoint } from "../databases.js";
import { everyPage, type Rds } from "./calls.js";
import { endpointAt, instanceEndpoints } from "./instances.js";
import { answered } from "./not-found.js";
import { defined, list, number, text, texts } from "./values.js";

/** RDS's own words about one cluster. */
export async function findCluster(rds: Rds, identifier: string, options?: CallOptions): Promise<DBCluster> {
  const about = { database: { kind: "cluster", identifier } as const };
  return rds.read("DescribeDBClusters", about, options, async (client, sending) => {
    const input = { DBClusterIdentifier: identifier };
    const { DBClusters } = await client.send(new DescribeDBClustersCommand(input), sending);
    return answered(list(DBClusters)[0], "DBClusterNotFoundFault");
  });
}

export async function instancesOf(rds: Rds, cluster: string, options?: CallOptions): Promise<DBInstance[]> {
  const about = { database: { kind: "cluster", identifier: cluster } as const };
  const Filters = [{ Name: "db-cluster-id", Values: [cluster] }];
  return rds.read("DescribeDBInstances", about, options, (client, sending) =>
    everyPage(
      paginateDescribeDBInstances({ client, stopOnSameToken: true }, { Filters }, sending),
      ({ DBInstances }) => DBInstances,
    ),
  );
}

/** A cluster and the instances that RDS lists for it; either may be ahead of the other for a moment. */
export function clusterView(cluster: DBCluster, instances: DBInstance[], asked: string): Database {
  const port = number(cluster.Port);
  const listed = list(instances);
  const hosts = [cluster.Endpoint, cluster.ReaderEndpoint, ...texts(cluster.CustomEndpoints)];
  return defined<Database>({
    kind: "cluster",
    identifier: text(cluster.DBClusterIdentifier) ?? asked,
    status: text(cluster.Status) ?? "unknown",
    engine: text(cluster.Engine),
    endpoints: distinct([
      ...hosts.flatMap((host) => endpointAt(host, port)),
      ...listed.flatMap(instanceEndpoints),
    ]),
    cluster: undefined,
    members: memberNames(cluster, listed).map((identifier) => ({
      identifier,
      status: text(listed.find(isNamed(identifier))?.DBInstanceStatus) ?? "unknown",
    })),
    backupRetentionDays: number(cluster.BackupRetentionPeriod) ?? 0,
    databaseName: text(cluster.DatabaseName),
  });
}

/** The writer first. */
export function memberNames(cluster: DBCluster, listed: DBInstance[] = []): string[] {
  const members = list(cluster.DBClusterMembers);
  const ordered = [
    ...members.filter(({ IsClusterWriter }) => IsClusterWriter === true),
    ...members.filter(({ IsClusterWriter }) => IsClusterWriter !== true),
    ...listed,
  ];
  return [...new Set(texts(ordered.map(({ DBInstanceIdentifier }) => DBInstanceIdentifier)))];
}

function isNamed(identifier: string) {
  return ({ DBInstanceIdentifier }: DBInstance) => DBInstanceIdentifier === identifier;
}

function distinct(endpoints: Endpoint[]): Endpoint[] {
  return [...new Map(endpoints.map((endpoint) => [`${endpoint.host}:${endpoint.port}`, endpoint])).values()];
}

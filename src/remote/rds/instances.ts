import { type DBInstance, DescribeDBInstancesCommand } from "@aws-sdk/client-rds";
import type { CallOptions, Database, Endpoint } from "../databases.js";
import type { Rds } from "./calls.js";
import { answered } from "./not-found.js";
import { defined, list, number, text } from "./values.js";

/** RDS's own words about one instance. */
export async function findInstance(rds: Rds, identifier: string, options?: CallOptions): Promise<DBInstance> {
  const about = { database: { kind: "instance", identifier } as const };
  return rds.read("DescribeDBInstances", about, options, async (client, sending) => {
    const input = { DBInstanceIdentifier: identifier };
    const { DBInstances } = await client.send(new DescribeDBInstancesCommand(input), sending);
    return answered(list(DBInstances)[0], "DBInstanceNotFound");
  });
}

export function instanceView(instance: DBInstance, asked: string): Database {
  return defined<Database>({
    kind: "instance",
    identifier: text(instance.DBInstanceIdentifier) ?? asked,
    status: text(instance.DBInstanceStatus) ?? "unknown",
    engine: text(instance.Engine),
    endpoints: instanceEndpoints(instance),
    cluster: text(instance.DBClusterIdentifier),
    members: [],
    backupRetentionDays: number(instance.BackupRetentionPeriod) ?? 0,
    databaseName: text(instance.DBName),
  });
}

/** None while it is being made. */
export function instanceEndpoints({ Endpoint: endpoint }: DBInstance): Endpoint[] {
  return endpointAt(endpoint?.Address, endpoint?.Port);
}

export function endpointAt(host: unknown, port: unknown): Endpoint[] {
  const address = text(host)?.toLowerCase();
  return address === undefined ? [] : [defined<Endpoint>({ host: address, port: number(port) })];
}

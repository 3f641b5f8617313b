import * as z from "zod";
import type { Operation } from "../answer.js";
import { AwsError } from "../errors.js";
import { clustersOf, clusterView } from "./clusters.js";
import { findDatabase } from "./find.js";
import { resourceId } from "./furnishings.js";
import { type Instance, instancesOf, instanceView } from "./instances.js";
import { arnOf, bool, listing, parseRds, reference, select } from "./parameters.js";
import { refusal, terms } from "./terms.js";

const deletion = {
  SkipFinalSnapshot: bool.default(false),
  // There are no automated backups, so there is nothing to keep of them.
  DeleteAutomatedBackups: bool.optional(),
};

export const databaseOperations: Record<string, Operation> = {
  async DescribeDBInstances(parameters, { rds }) {
    const schema = z.strictObject({ DBInstanceIdentifier: reference.optional(), ...listing });
    const { DBInstanceIdentifier: name, ...wanted } = parseRds(schema, parameters);
    const all = instancesOf(rds).filter(({ identifier }) => name === undefined || name === identifier);
    if (name !== undefined && all.length === 0) throw instanceNotFound(name);
    const { items, Marker } = select(all, wanted, {
      "db-instance-id": ({ identifier }) => [identifier, arnOf("db", identifier)],
      "db-cluster-id": ({ cluster }) => (cluster === undefined ? [] : [cluster, arnOf("cluster", cluster)]),
      "dbi-resource-id": ({ identifier }) => [resourceId("db", identifier)],
      engine: ({ cluster }) => [(cluster === undefined ? terms.instance : terms.cluster).engine],
    });
    const views = await Promise.all(items.map((instance) => instanceView(instance, rds)));
    return { DBInstances: { DBInstance: views }, Marker };
  },

  async DescribeDBClusters(parameters, { rds }) {
    const schema = z.strictObject({
      DBClusterIdentifier: reference.optional(),
      IncludeShared: bool.optional(),
      ...listing,
    });
    const { DBClusterIdentifier: name, ...wanted } = parseRds(schema, parameters);
    if (name !== undefined) findDatabase(terms.cluster, rds, name);
    const all = clustersOf(rds).filter(({ identifier }) => name === undefined || name === identifier);
    const { items, Marker } = select(all, wanted, {
      "db-cluster-id": ({ identifier }) => [identifier, arnOf("cluster", identifier)],
      "db-cluster-resource-id": ({ identifier }) => [resourceId("cluster", identifier)],
      engine: () => [terms.cluster.engine],
    });
    const views = await Promise.all(items.map((cluster) => clusterView(cluster, rds)));
    return { DBClusters: { DBCluster: views }, Marker };
  },

  async DeleteDBInstance(parameters, { rds }) {
    const schema = z.strictObject({ DBInstanceIdentifier: reference, ...deletion });
    const { DBInstanceIdentifier: name, SkipFinalSnapshot } = parseRds(schema, parameters);
    const instance = instancesOf(rds).find(({ identifier }) => identifier === name);
    if (!instance) throw instanceNotFound(name);
    const { restored, member } = instance;
    if (!restored && !member) throw refusal(terms.instance, "databaseState", ownDatabase(name));
    refuseWhileMade(instance);
    // An instance of a cluster has no data of its own to save.
    if (restored && !SkipFinalSnapshot) throw finalSnapshotRequired();
    const view = await instanceView(instance, rds);
    if (restored) rds.deleteRestored(restored);
    if (member) rds.removeMember(member);
    return { DBInstance: { ...view, DBInstanceStatus: "deleting" } };
  },

  async DeleteDBCluster(parameters, { rds }) {
    const schema = z.strictObject({ DBClusterIdentifier: reference, ...deletion });
    const { DBClusterIdentifier: name, SkipFinalSnapshot } = parseRds(schema, parameters);
    const cluster = findDatabase(terms.cluster, rds, name);
    const { record, status } = cluster;
    if (!record) throw refusal(terms.cluster, "databaseState", ownDatabase(name));
    if (status === "creating" || status === "backing-up") {
      throw refusal(terms.cluster, "databaseState", `DBCluster ${name} is ${status}.`);
    }
    if (instancesOf(rds).some((instance) => instance.cluster === name)) {
      const message = "Cluster cannot be deleted, it still contains DB instances in non-deleting state.";
      throw refusal(terms.cluster, "databaseState", message);
    }
    if (!SkipFinalSnapshot) throw finalSnapshotRequired();
    const view = await clusterView(cluster, rds);
    rds.deleteRestored(record);
    return { DBCluster: { ...view, Status: "deleting" } };
  },

  /** There are no proxies here. */
  DescribeDBProxies(parameters) {
    const { DBProxyName } = parseRds(
      z.strictObject({ DBProxyName: z.string().optional(), ...listing }),
      parameters,
    );
    if (DBProxyName === undefined) return { DBProxies: {} };
    throw new AwsError("DBProxyNotFoundFault", `DBProxy ${DBProxyName} not found.`, 404);
  },
};

function instanceNotFound(name: string): AwsError {
  return refusal(terms.instance, "databaseNotFound", `DBInstance ${name} not found.`);
}

function refuseWhileMade({ identifier, status }: Instance): void {
  if (status !== "creating" && status !== "backing-up") return;
  throw refusal(terms.instance, "databaseState", `Instance ${identifier} is ${status}.`);
}

function ownDatabase(name: string): string {
  return `${name} is a stage's own database: migrate-remote local deletes only what was restored.`;
}

function finalSnapshotRequired(): AwsError {
  return new AwsError(
    "InvalidParameterCombination",
    "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified; migrate-remote local takes no final snapshot.",
  );
}

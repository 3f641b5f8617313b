import type { ClientSettings } from "../clients.js";
import type { CallOptions, Database, DatabaseRef, Databases } from "../databases.js";
import { makeRds, type Rds } from "./calls.js";
import { clusterView, findCluster, instancesOf } from "./clusters.js";
import { addWriter } from "./complete-restore.js";
import { findInstance, instanceView } from "./instances.js";
import { behindProxy } from "./proxies.js";
import { recoveryWindow } from "./recovery.js";
import { restore } from "./restore.js";
import { makeSnapshots } from "./snapshots.js";

export function makeDatabases(settings: ClientSettings): Databases {
  const rds = makeRds(settings);
  return {
    ...makeSnapshots(rds),
    describe: (database, options) => describe(rds, database, options),
    recoveryWindow: (database, options) => recoveryWindow(rds, database, options),
    behindProxy: (host, options) => behindProxy(rds, host, options),
    restore: (request, options) => restore(rds, request, options),
    completeRestore: async (request, options) => {
      const made = { kind: request.original.kind, identifier: request.identifier };
      if (made.kind === "cluster") await addWriter(rds, request, options);
      return describe(rds, made, options);
    },
  };
}

async function describe(
  rds: Rds,
  { kind, identifier }: DatabaseRef,
  options?: CallOptions,
): Promise<Database> {
  if (kind === "instance") return instanceView(await findInstance(rds, identifier, options), identifier);
  const [cluster, instances] = await Promise.all([
    findCluster(rds, identifier, options),
    instancesOf(rds, identifier, options),
  ]);
  return clusterView(cluster, instances, identifier);
}

import {
  type DBProxyTarget,
  paginateDescribeDBProxies,
  paginateDescribeDBProxyEndpoints,
  paginateDescribeDBProxyTargets,
} from "@aws-sdk/client-rds";
import type { CallOptions, DatabaseRef } from "../databases.js";
import { everyPage, type Rds } from "./calls.js";
import { list, text } from "./values.js";

/** `shop.proxy-abc123.eu-west-1.rds.amazonaws.com`, a further endpoint `ro.endpoint.proxy-abc123.…`. */
const proxyHost = /\.proxy-[a-z0-9]+\.[a-z0-9-]+\.rds\.amazonaws\.com(\.cn)?$/;

/** The databases behind the proxy at this host; undefined where the host is no proxy's, or of none that is seen here. */
export async function behindProxy(
  rds: Rds,
  host: string,
  options?: CallOptions,
): Promise<DatabaseRef[] | undefined> {
  const wanted = host.toLowerCase().replace(/\.$/, "");
  if (!proxyHost.test(wanted)) return undefined;
  const name = (await proxyAt(rds, wanted, options)) ?? (await endpointAt(rds, wanted, options));
  return name === undefined ? undefined : targetsOf(rds, name, options);
}

async function proxyAt(rds: Rds, host: string, options?: CallOptions): Promise<string | undefined> {
  const proxies = await rds.read("DescribeDBProxies", {}, options, (client, sending) =>
    everyPage(
      paginateDescribeDBProxies({ client, stopOnSameToken: true }, {}, sending),
      (page) => page.DBProxies,
    ),
  );
  return text(list(proxies).find(({ Endpoint }) => text(Endpoint)?.toLowerCase() === host)?.DBProxyName);
}

async function endpointAt(rds: Rds, host: string, options?: CallOptions): Promise<string | undefined> {
  const endpoints = await rds.read("DescribeDBProxyEndpoints", {}, options, (client, sending) =>
    everyPage(
      paginateDescribeDBProxyEndpoints({ client, stopOnSameToken: true }, {}, sending),
      (page) => page.DBProxyEndpoints,
    ),
  );
  return text(list(endpoints).find(({ Endpoint }) => text(Endpoint)?.toLowerCase() === host)?.DBProxyName);
}

async function targetsOf(rds: Rds, DBProxyName: string, options?: CallOptions): Promise<DatabaseRef[]> {
  const targets = await rds.read("DescribeDBProxyTargets", {}, options, (client, sending) =>
    everyPage(
      paginateDescribeDBProxyTargets({ client, stopOnSameToken: true }, { DBProxyName }, sending),
      (page) => page.Targets,
    ),
  );
  const found = list(targets).flatMap(databaseOf);
  return found.filter(
    ({ kind, identifier }, index) =>
      found.findIndex((other) => other.kind === kind && other.identifier === identifier) === index,
  );
}

/** A cluster is listed as itself and by its instances, which name it. */
export function databaseOf({ Type, RdsResourceId, TrackedClusterId }: DBProxyTarget): DatabaseRef[] {
  const cluster = text(TrackedClusterId) ?? (Type === "TRACKED_CLUSTER" ? text(RdsResourceId) : undefined);
  if (cluster !== undefined) return [{ kind: "cluster", identifier: cluster }];
  const instance = Type === "RDS_INSTANCE" ? text(RdsResourceId) : undefined;
  return instance === undefined ? [] : [{ kind: "instance", identifier: instance }];
}

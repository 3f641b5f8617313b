import { expect, test } from "vitest";
import type { DatabaseIdentity } from "../../../src/contract/report.js";
import type { Database, DatabaseRef } from "../../../src/remote/databases.js";
import { RemoteError } from "../../../src/remote/remote-error.js";
import type { WorkflowEvent } from "../../../src/workflow/events.js";
import { findDatabase } from "../../../src/workflow/snapshots/find-database.js";
import { checkRightDatabase } from "../../../src/workflow/snapshots/right-database.js";
import type { StageContext } from "../../../src/workflow/stage-context.js";

const zone = "abc123.us-west-2.rds.amazonaws.com";

const cluster: Database = {
  kind: "cluster",
  identifier: "shop",
  status: "available",
  endpoints: [
    { host: `shop.cluster-${zone}`, port: 5432 },
    { host: `shop-1.${zone}`, port: 5432 },
  ],
  members: [{ identifier: "shop-1", status: "available" }],
  backupRetentionDays: 1,
};

const behindProxy: Record<string, DatabaseRef[] | undefined> = {
  [`good.proxy-${zone}`]: [{ kind: "cluster", identifier: "shop" }],
  [`member.proxy-${zone}`]: [{ kind: "instance", identifier: "shop-1" }],
  [`read.endpoint.proxy-${zone}`]: [{ kind: "cluster", identifier: "shop" }],
  [`other.proxy-${zone}`]: [{ kind: "cluster", identifier: "billing" }],
  [`empty.proxy-${zone}`]: [],
};

function stage(configured?: DatabaseRef) {
  const events: WorkflowEvent[] = [];
  const context = {
    target: { stage: "prod", ...(configured === undefined ? {} : { database: configured }) },
    emit: (event: WorkflowEvent) => events.push(event),
    signal: new AbortController().signal,
    databases: {
      behindProxy: async (host: string) => {
        if (host.startsWith("secret"))
          throw new RemoteError({ code: "access_denied", message: "no", hint: "no" });
        return behindProxy[host];
      },
      describe: async ({ kind, identifier }: DatabaseRef): Promise<Database> =>
        kind === "instance"
          ? { ...cluster, kind, identifier, ...(identifier.startsWith("shop-") ? { cluster: "shop" } : {}) }
          : { ...cluster, identifier },
    },
  } as unknown as StageContext;
  return { context, events };
}

const connectedTo = (host: string, port = 5432): DatabaseIdentity => ({ host, port, name: "app" });

async function verdict(connected: DatabaseIdentity | undefined): Promise<string> {
  const { context, events } = stage();
  try {
    await checkRightDatabase(context, cluster, connected);
  } catch (error) {
    return (error as { code: string }).code;
  }
  const [event] = events;
  return event?.type === "warning" ? event.code : "same";
}

test.each<[string, DatabaseIdentity | undefined, string]>([
  ["the writer's endpoint", connectedTo(`shop.cluster-${zone}`), "same"],
  ["in capitals and with the root's dot", connectedTo(`Shop.Cluster-${zone}.`), "same"],
  ["an instance of the cluster", connectedTo(`shop-1.${zone}`), "same"],
  ["the endpoint, another port", connectedTo(`shop.cluster-${zone}`, 5433), "wrong_database"],
  ["another database of RDS", connectedTo(`billing.${zone}`), "wrong_database"],
  ["a proxy that leads to it", connectedTo(`good.proxy-${zone}`), "same"],
  ["a further endpoint of a proxy", connectedTo(`read.endpoint.proxy-${zone}`), "same"],
  [
    "another database of RDS in China",
    connectedTo("billing.abc.rds.cn-north-1.amazonaws.com.cn"),
    "wrong_database",
  ],
  ["a proxy that leads to its instance", connectedTo(`member.proxy-${zone}`), "same"],
  ["a proxy that leads elsewhere", connectedTo(`other.proxy-${zone}`), "wrong_database"],
  ["a proxy without targets", connectedTo(`empty.proxy-${zone}`), "database_unproved"],
  ["a proxy of nobody here", connectedTo(`unknown.proxy-${zone}`), "database_unproved"],
  ["a proxy that may not be read", connectedTo(`secret.proxy-${zone}`), "database_unproved"],
  ["a name of one's own", connectedTo("db.internal"), "database_unproved"],
  ["nothing told", undefined, "database_unproved"],
])("%s", async (_, connected, expected) => {
  expect(await verdict(connected)).toBe(expected);
});

test.each<[string, DatabaseRef | undefined, string | undefined, DatabaseRef]>([
  ["configured", { kind: "cluster", identifier: "shop" }, undefined, { kind: "cluster", identifier: "shop" }],
  [
    "an instance of a cluster stands for the cluster",
    { kind: "instance", identifier: "shop-1" },
    undefined,
    { kind: "cluster", identifier: "shop" },
  ],
  [
    "what is configured goes first",
    { kind: "instance", identifier: "solo" },
    `shop.cluster-${zone}`,
    { kind: "instance", identifier: "solo" },
  ],
  ["an instance's address", undefined, `solo.${zone}`, { kind: "instance", identifier: "solo" }],
  [
    "a cluster's reader address",
    undefined,
    `shop.cluster-ro-${zone}`,
    { kind: "cluster", identifier: "shop" },
  ],
  ["through a proxy", undefined, `good.proxy-${zone}`, { kind: "cluster", identifier: "shop" }],
])("the database to snapshot: %s", async (_, configured, host, expected) => {
  const found = await findDatabase(
    stage(configured).context,
    host === undefined ? undefined : connectedTo(host),
  );
  expect(found).toMatchObject(expected);
});

test.each([undefined, "10.0.0.7", `all.cluster-custom-${zone}`, `unknown.proxy-${zone}`])(
  "nobody guesses which database is meant by %s",
  async (host) => {
    const finding = findDatabase(stage().context, host === undefined ? undefined : connectedTo(host));
    await expect(finding).rejects.toMatchObject({ code: "database_unconfigured", category: "usage" });
  },
);

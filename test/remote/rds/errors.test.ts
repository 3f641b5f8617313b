import { afterEach, expect, test } from "vitest";
import type { Databases } from "../../../src/remote/databases.js";
import { explainAwsError, type RemoteError } from "../../../src/remote/errors.js";
import { instances, shopProd } from "./answers.js";
import { databasesAt, failure, type Scripted, scripted } from "./support.js";

let rds: Scripted | undefined;
afterEach(async () => {
  await rds?.close();
  rds = undefined;
});

const database = { kind: "instance", identifier: "shop-prod" } as const;
const cluster = { kind: "cluster", identifier: "shop" } as const;
const id = "migrate-remote-prod-1";

const create = (databases: Databases) => databases.createSnapshot({ database, id, tags: {} });
const createOfCluster = (databases: Databases) =>
  databases.createSnapshot({ database: cluster, id, tags: {} });
const remove = (databases: Databases) => databases.deleteSnapshot({ kind: "instance", id });
const restoreIt = (databases: Databases) =>
  databases.restore({ original: database, identifier: "shop-back", from: { snapshot: id }, tags: {} });

async function failureOf(
  work: (databases: Databases) => Promise<unknown>,
  answer: ReturnType<typeof failure>,
) {
  const names = ["CreateDBSnapshot", "CreateDBClusterSnapshot", "DeleteDBSnapshot"];
  rds = await scripted({
    ...Object.fromEntries(names.map((name) => [name, answer])),
    DescribeDBInstances: instances(shopProd),
    RestoreDBInstanceFromDBSnapshot: answer,
  });
  return work(rds.databases).then(
    () => {
      throw new Error("it was to fail");
    },
    (error: RemoteError) => error,
  );
}

// The codes as RDS, or a likeness of it, writes them: some with an ending, some without.
test.each([
  [create, 404, "DBInstanceNotFound", "database_not_found", "RDS knows no instance shop-prod in eu-west-1."],
  [createOfCluster, 404, "DBClusterNotFoundFault", "database_not_found", "RDS knows no cluster shop"],
  [
    create,
    400,
    "InvalidDBInstanceState",
    "database_not_ready",
    "with instance shop-prod in its present state",
  ],
  [create, 400, "InvalidDBInstanceStateFault", "database_not_ready", "It is backing-up."],
  [createOfCluster, 400, "InvalidDBClusterStateFault", "database_not_ready", "with cluster shop in its"],
  [create, 400, "DBSnapshotAlreadyExists", "snapshot_exists", `a snapshot ${id} in eu-west-1 already`],
  [create, 400, "DBSnapshotAlreadyExistsFault", "snapshot_exists", "no other was made"],
  [createOfCluster, 400, "DBClusterSnapshotAlreadyExistsFault", "snapshot_exists", "no other was made"],
  [create, 400, "SnapshotQuotaExceeded", "snapshot_quota_exceeded", "as many manual snapshots in eu-west-1"],
  [createOfCluster, 400, "SnapshotQuotaExceededFault", "snapshot_quota_exceeded", "No snapshot was made"],
  [remove, 404, "DBSnapshotNotFound", "snapshot_not_found", `There is no snapshot ${id} in eu-west-1`],
  [remove, 404, "DBSnapshotNotFoundFault", "snapshot_not_found", "Nothing was changed"],
  [remove, 400, "InvalidDBSnapshotState", "snapshot_not_ready", `with snapshot ${id} in its present state`],
  [createOfCluster, 400, "InvalidDBClusterSnapshotStateFault", "snapshot_not_ready", id],
  [restoreIt, 400, "InstanceQuotaExceeded", "database_quota_exceeded", "no room for instance shop-back"],
  [restoreIt, 400, "StorageQuotaExceeded", "database_quota_exceeded", "It was not made"],
  [restoreIt, 400, "KMSKeyNotAccessibleFault", "key_inaccessible", "KMS key"],
  [restoreIt, 400, "DBSubnetGroupNotFoundFault", "restore_impossible", "RDS cannot make instance shop-back"],
  [restoreIt, 400, "InvalidParameterCombination", "restore_impossible", "It is backing-up. It was not made."],
  [restoreIt, 404, "DBSnapshotNotFound", "snapshot_not_found", id],
] as const)("%o: %i %s is %s", async (work, status, code, expected, message) => {
  const error = await failureOf(work, failure(status, code, "It is backing-up"));
  expect(error).toMatchObject({ name: "RemoteError", code: expected });
  expect(error.message).toContain(message);
  expect(error.hint).not.toBe("");
});

test("a full quota is met with the command that makes room", async () => {
  const error = await failureOf(create, failure(400, "SnapshotQuotaExceeded", "quota of 100"));
  expect(error.hint).toContain("`migrate-remote snapshot prune --keep 5`");
});

test("a denied call is named as a policy names it", async () => {
  const error = await failureOf(create, failure(403, "AccessDenied", "User may not"));
  expect(error).toMatchObject({
    code: "access_denied",
    message: "AWS does not allow rds:CreateDBSnapshot in eu-west-1: User may not. Nothing was changed.",
    hint: expect.stringContaining("rds:CreateDBSnapshot"),
  });
});

test("expired credentials are that, not something of RDS", async () => {
  const error = await failureOf(create, failure(403, "ExpiredToken", "The security token is expired"));
  expect(error).toMatchObject({ code: "credentials_expired" });
});

test("throttled again and again, it says how often and speaks of no function", async () => {
  const error = await failureOf(create, failure(400, "Throttling", "Rate exceeded"));
  expect(rds?.asked).toHaveLength(3);
  expect(error).toMatchObject({ code: "throttled" });
  expect(error.message).toContain("The last of several attempts changed nothing.");
  expect(error.message + error.hint).not.toMatch(/function|executed|migrate-remote status/);
  expect(error.hint).toContain("migrate-remote snapshot list");
});

test("an error of RDS's own is tried again, and after three of them nobody knows", async () => {
  const error = await failureOf(create, failure(500, "InternalFailure", "We are sorry"));
  expect(rds?.asked).toHaveLength(3);
  expect(error).toMatchObject({ code: "service_error", message: expect.stringContaining("is not known") });
  expect(error.hint).toContain("migrate-remote snapshot list");
});

test("an answer that is lost may have been a snapshot, and the next command is the one that tells", async () => {
  const opened = await databasesAt("http://127.0.0.1:1");
  const refused = await create(opened.databases).catch((error: RemoteError) => error);
  opened.close();
  expect(refused).toMatchObject({ code: "network" });
  const cut = Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
  expect(explainAwsError(cut, { operation: "rds:CreateDBSnapshot" })).toMatchObject({
    hint: "Run `migrate-remote snapshot list` to see what stands now.",
  });
  expect(explainAwsError(cut, { operation: "lambda:InvokeFunction" })).toMatchObject({
    hint: "Run `migrate-remote status` to see what stands now.",
  });
});

test("what is called off sends nothing more", async () => {
  rds = await scripted({ DescribeDBInstances: instances(shopProd) });
  const signal = AbortSignal.abort();
  const { databases } = rds;
  const snapshot = { kind: "instance", id } as const;
  const calls = [
    databases.describe(database, { signal }),
    databases.recoveryWindow(cluster, { signal }),
    databases.snapshots(database, { signal }),
    databases.snapshot(snapshot, { signal }),
    databases.createSnapshot({ database, id, tags: {} }, { signal }),
    databases.deleteSnapshot(snapshot, { signal }),
    databases.tagSnapshot(
      { ...snapshot, database: "", status: "", percent: 0, tags: {}, arn: "a" },
      {},
      { signal },
    ),
    databases.behindProxy("shop.proxy-abc.eu-west-1.rds.amazonaws.com", { signal }),
    databases.restore({ original: database, identifier: "b", from: { snapshot: "s" }, tags: {} }, { signal }),
    databases.completeRestore(
      { original: cluster, identifier: "b", from: { snapshot: "s" }, tags: {} },
      { signal },
    ),
  ];
  const ends = await Promise.allSettled(calls);
  expect(ends.map(({ status }) => status)).toEqual(calls.map(() => "rejected"));
  expect(rds.asked).toEqual([]);
});

test("HTML of a gateway: told in our words, not in those for who holds the SDK's error in a debugger", async () => {
  const html = "<!doctype html><html><head><title>Bad gateway</head></html>";
  const told = await failureOf(create, { status: 500, headers: { "content-type": "text/html" }, body: html });
  expect(told).toMatchObject({
    code: "service_error",
    message: expect.stringContaining("something that is not from AWS's own service"),
  });
  expect(told.message).not.toMatch(/\$response|Deserialization|XML/);
});

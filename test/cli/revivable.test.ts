import { afterEach, expect, test } from "vitest";
import { revivable } from "../../src/cli/revivable.js";
import { clientSettings } from "../../src/remote/clients.js";
import { openRemote, type Remote } from "../../src/remote/open.js";
import { instances, shopProd } from "../remote/rds/answers.js";
import { failure, region, type Scripted, scripted } from "../remote/rds/support.js";
import { credentials } from "../remote/support.js";
import { freePort } from "../support/loopback.js";

let rds: Scripted;
afterEach(() => rds.close());

function remoteAt(endpoint: string): Remote {
  const address = { functionName: "f", region, endpoint };
  return openRemote(address, () => clientSettings({ ...address, credentials }, {}));
}

/** Opens what listens nowhere first, and the scripted service afterwards. */
async function dyingThenAlive(): Promise<{ remote: Remote; opened: () => number }> {
  const endpoints = [`http://127.0.0.1:${await freePort()}`, rds.endpoint];
  let count = 0;
  const remote = await revivable(async () => remoteAt(endpoints[count++] ?? ""));
  return { remote, opened: () => count };
}

test("a read of databases finds the endpoint again, opened once for all that ask", async () => {
  rds = await scripted({ DescribeDBInstances: instances(shopProd) });
  const { remote, opened } = await dyingThenAlive();
  const ask = () => remote.databases.describe({ kind: "instance", identifier: "shop-prod" });
  const found = await Promise.all([ask(), ask(), ask()]);
  expect(found.map(({ status }) => status)).toEqual(["available", "available", "available"]);
  expect(opened()).toBe(2);
  await remote.close();
});

test("what makes or deletes is not sent again while it may have arrived", async () => {
  rds = await scripted({ DeleteDBSnapshot: failure(404, "DBSnapshotNotFound", "gone") });
  const { remote, opened } = await dyingThenAlive();
  // The client itself tried several times, of which only the last is known.
  await expect(remote.databases.deleteSnapshot({ kind: "instance", id: "s" })).rejects.toMatchObject({
    code: "network",
  });
  expect(opened()).toBe(1);
  expect(rds.asked).toEqual([]);
  await remote.close();
});

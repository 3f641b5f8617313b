import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { expectError, expectSuccess, farSide } from "../support/far-side.js";
import { eachInItsOwnDatabase } from "../support/own-database.js";
import { freePort, rowsOf, urlOf } from "../support/postgres.js";
import { startProxy } from "../support/proxy.js";

const database = eachInItsOwnDatabase();

const source = { "001_a": "CREATE TABLE a ()" };

/** A way to the server that closes the first connections as they come, as a server that restarts does. */
async function flaky(closed: number) {
  const seen = { connections: 0 };
  const door = createServer((client) => {
    seen.connections += 1;
    if (seen.connections <= closed) {
      client.destroy();
      return;
    }
    const upstream = connect(database.port, "127.0.0.1");
    client.pipe(upstream).pipe(client);
    client.on("error", () => upstream.destroy());
    upstream.on("error", () => client.destroy());
  }).listen(0, "127.0.0.1");
  await once(door, "listening");
  onTestFinished(() => void door.close());
  return { url: urlOf((door.address() as AddressInfo).port, database.name), seen };
}

it.each(["status", "run"] as const)(
  "%s: a database that closes the door is tried again",
  async (operation) => {
    const { url: address, seen } = await flaky(2);
    expectSuccess(await farSide(address, source)[operation]());
    expect(seen.connections).toBe(3);
  },
);

it("is given up after a few times, and it is said how often", async () => {
  const { url: address, seen } = await flaky(100);
  const error = expectError(await farSide(address, source).status(), "database_unreachable");
  expect(error.message).toMatch(/It was tried 4 times in \d\.\d s\./);
  expect(seen.connections).toBe(4);
});

it("is not tried beyond a part of the function's time", async () => {
  const far = farSide(urlOf(await freePort(), "app"), source);
  const context = { getRemainingTimeInMillis: () => 1200 };
  const error = expectError(await far.ask({ kind: "status" }, context), "database_unreachable");
  expect(error.message).toContain("It was tried 2 times");
});

it("what a moment does not heal is tried once", async () => {
  const { seen, url: address } = await flaky(0);
  const wrong = new URL(address);
  wrong.password = "wrong";
  const error = expectError(await farSide(String(wrong), source).status(), "database_authentication_failed");
  expect(error.message).not.toContain("tried");
  expect(seen.connections).toBe(1);
});

it("a connection that breaks while only reading is made again", async () => {
  expectSuccess(await farSide(database.url, source).run());
  const proxy = await startProxy(database.port, "schema_migrations");
  onTestFinished(() => proxy.close());
  const far = farSide(urlOf(proxy.port, database.name), source);
  expect(expectSuccess(await far.status()).state).toBe("up_to_date");
  expect(far.logs.map(({ event }) => event)).toContain("connection_lost");
});

it("a run whose connection breaks before it is claimed executes nothing, and may be sent again", async () => {
  const proxy = await startProxy(database.port, "schema_migrations");
  onTestFinished(() => proxy.close());
  const far = farSide(urlOf(proxy.port, database.name), source);
  expectError(await far.run(), "database_unreachable");
  expect(await rowsOf(database.url, "SELECT to_regclass('a') AS a")).toEqual([{ a: null }]);
  expectSuccess(await far.run());
});

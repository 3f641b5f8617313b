import {
  CreateDBSnapshotCommand,
  DeleteDBInstanceCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
} from "@aws-sdk/client-rds";
import { expect, it } from "vitest";
import { livingKeeper } from "../../src/local/ownership.js";
import { ask, connectTo, copiesIn, inDatabase, rdsOf, shop } from "./rds-support.js";
import { isRunning, project, until } from "./support.js";

/** Kills the keeper at the moment when `isThere`, and opens the stage again. */
async function killedWhen(
  isThere: (at: ReturnType<typeof rdsOf> & { url: string }) => Promise<boolean>,
  begin: (at: ReturnType<typeof rdsOf> & { url: string }) => Promise<unknown>,
) {
  const here = await project();
  const session = await here.open([shop]);
  const at = { ...rdsOf(session), url: session.databaseUrl("query-handler") };
  await ask(at.url, "CREATE TABLE kept AS SELECT 42 AS n");
  await begin(at);
  await until(() => isThere(at), "the moment has come");
  const keeper = livingKeeper(here.dataDirectory)?.pid ?? 0;
  process.kill(keeper, "SIGKILL");
  await until(() => !isRunning(keeper), "the keeper is dead");
  const again = await here.open([shop]);
  return { ...rdsOf(again), url: again.databaseUrl("query-handler") };
}

const create = (name: string) =>
  new CreateDBSnapshotCommand({ DBSnapshotIdentifier: name, DBInstanceIdentifier: "shop-local" });
const restore = new RestoreDBInstanceFromDBSnapshotCommand({
  ...{ DBSnapshotIdentifier: "one", DBInstanceIdentifier: "back" },
});
const gone = async (url: string, kept = 0) =>
  until(async () => (await copiesIn(url)).length === kept, "no half copy is left");

it("says failed of a snapshot that was waiting for a session, and another can be made", async () => {
  const { send, untilSnapshot, snapshot, url } = await killedWhen(
    async ({ url }) => (await ask(url, "SELECT 1")).length === 1,
    async ({ url, send }) => {
      await (await connectTo(url)).query("BEGIN; SELECT n FROM kept");
      await send(create("one"));
    },
  );
  expect(await snapshot("one")).toMatchObject({ Status: "failed", PercentProgress: 0 });
  await gone(url);
  await send(create("two"));
  await untilSnapshot("two");
});

it("drops a copy that was there but not yet told of", async () => {
  const { snapshot, url } = await killedWhen(
    async ({ url }) => (await copiesIn(url)).length === 1,
    ({ send }) => send(create("one")),
  );
  expect(await snapshot("one")).toMatchObject({ Status: "failed" });
  await gone(url);
  expect(await ask(url, "SELECT n FROM kept")).toEqual([{ n: 42 }]);
});

it.each([
  ["copied", (names: unknown[]) => names.some((name) => String(name).includes("restore"))],
  ["named", (names: unknown[]) => names.includes("back")],
])("drops what was being restored when it was %s, and nothing else", async (_, isThere) => {
  const databases = async (url: string) =>
    (await ask(inDatabase(url, "postgres"), "SELECT datname FROM pg_database")).map(({ datname }) => datname);
  const { instance, snapshot, send, url } = await killedWhen(
    // A restore may be past the moment before we look.
    async ({ url }) => isThere(await databases(url)) || (await databases(url)).includes("back"),
    async ({ send, untilSnapshot }) => {
      await send(create("one"));
      await untilSnapshot("one");
      await send(restore);
    },
  );
  expect(await instance("back")).toMatchObject({ DBInstanceStatus: "failed" });
  expect(await snapshot("one")).toMatchObject({ Status: "available" });
  await gone(url, 1);
  await until(async () => !(await databases(url)).includes("back"), "what was restored is dropped");
  await send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: "back", SkipFinalSnapshot: true }));
  await until(
    () =>
      instance("back").then(
        () => false,
        () => true,
      ),
    "its name is free",
  );
  await send(restore);
});

it("finishes a deletion that had begun", async () => {
  const { instance, url } = await killedWhen(
    async () => true,
    async ({ send, untilSnapshot, untilInstance }) => {
      await send(create("one"));
      await untilSnapshot("one");
      await send(restore);
      await untilInstance("back");
      await send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: "back", SkipFinalSnapshot: true }));
    },
  );
  await until(
    () =>
      instance("back").then(
        () => false,
        () => true,
      ),
    "the deletion is done",
  );
  await expect(ask(inDatabase(url, "back"), "SELECT 1")).rejects.toThrow(/does not exist/);
});

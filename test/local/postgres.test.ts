import { createHash } from "node:crypto";
import { once } from "node:events";
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import pg from "pg";
import { expect, it, onTestFinished } from "vitest";
import { platformPackage } from "../../src/local/postgres/binaries.js";
import { aFunction, dist, fixtures, invoke, project } from "./support.js";

const isRoot = process.getuid?.() === 0;
const query = aFunction("hello.handler", { database: { embedded: "app" } });

function outsideOf(dataDirectory: string): string {
  return `/var/tmp/migrate-remote-${createHash("sha256").update(dataDirectory).digest("hex").slice(0, 16)}`;
}

async function ask(url: string, sql: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

it("gives each function the database it names, in UTF-8, durable, on loopback only", async () => {
  const { open } = await project();
  const session = await open([query, aFunction("modes.handler", { database: { embedded: 'odd "name" é' } })]);
  const settings =
    "SELECT current_database() AS name, pg_encoding_to_char(encoding) AS encoding, " +
    "current_setting('fsync') AS fsync, current_setting('listen_addresses') AS addresses, " +
    "current_setting('unix_socket_directories') AS sockets FROM pg_database WHERE datname = current_database()";
  const [row] = await ask(session.databaseUrl("hello-handler"), settings);
  expect(row).toEqual({ name: "app", encoding: "UTF8", fsync: "on", addresses: "127.0.0.1", sockets: "" });
  const [odd] = await ask(session.databaseUrl("modes-handler"), settings);
  expect(odd.name).toBe('odd "name" é');
  const wrong = new URL(session.databaseUrl("hello-handler"));
  wrong.password = "guessed";
  await expect(ask(wrong.href, "SELECT 1")).rejects.toThrow(/password authentication failed/);
});

it("works in a folder that nobody else can enter", async () => {
  const { open, dataDirectory } = await project(0o700);
  const outside = outsideOf(dataDirectory);
  for (const round of [1, 2]) {
    const session = await open([query]);
    await ask(session.databaseUrl("hello-handler"), "CREATE TABLE IF NOT EXISTS kept (n int)");
    await ask(session.databaseUrl("hello-handler"), `INSERT INTO kept VALUES (${round})`);
    if (round === 2)
      expect(await ask(session.databaseUrl("hello-handler"), "SELECT n FROM kept")).toHaveLength(2);
    await session.close();
  }
  expect(existsSync(join(outside, "cluster"))).toBe(isRoot);
  rmSync(dirname(dataDirectory), { recursive: true });
  const another = await project(0o700);
  const last = outsideOf(another.dataDirectory);
  onTestFinished(() => rmSync(last, { recursive: true, force: true }));
  await (await another.open([query])).close();
  expect(existsSync(outside)).toBe(false);
});

it("works with binaries in a private folder, installed without their links", async () => {
  const { open, dataDirectory } = await project();
  const program = join(dirname(dataDirectory), "program");
  const package_ = dirname(dirname(createRequire(import.meta.url).resolve(platformPackage())));
  cpSync(dist, join(program, "dist"), { recursive: true });
  const copy = join(program, "node_modules", platformPackage());
  cpSync(package_, copy, {
    recursive: true,
    filter: (path) => !lstatSync(path).isSymbolicLink() && !path.endsWith(".a"),
  });
  chmodSync(program, 0o700);
  const session = await open([query], { dist: join(program, "dist") });
  expect(await ask(session.databaseUrl("hello-handler"), "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  const copies = readdirSync(join(dataDirectory, "postgres")).filter((name) => name.startsWith("native-"));
  expect(copies).toHaveLength(isRoot ? 1 : 0);
});

it("says how to get binaries when there are none, and leaves nothing running", async () => {
  const { open, dataDirectory } = await project();
  const folder = dirname(dataDirectory);
  cpSync(dist, join(folder, "dist"), { recursive: true });
  mkdirSync(join(folder, "handlers"));
  cpSync(join(fixtures, "hello.mjs"), join(folder, "handlers", "hello.mjs"));
  const overrides = { dist: join(folder, "dist"), root: join(folder, "handlers") };
  await expect(open([query], overrides)).rejects.toMatchObject({
    name: "LocalError",
    code: "postgres_not_installed",
    hint: expect.stringContaining(`npm install -D ${platformPackage()}`),
  });
  const session = await open([aFunction("hello.handler")], overrides);
  expect((await invoke(session, "hello-handler")).failed).toBeUndefined();
});

it("does not begin anew when a cluster's password is lost", async () => {
  const { open, dataDirectory } = await project();
  await (await open([query])).close();
  rmSync(join(dataDirectory, "postgres", "password"));
  await expect(open([query])).rejects.toMatchObject({ code: "postgres_password_lost" });
  expect(existsSync(join(dataDirectory, "postgres", "cluster", "PG_VERSION"))).toBe(true);
});

it("is at the port that it had last, unless somebody else is there", async () => {
  const { open } = await project();
  const portOf = (session: Awaited<ReturnType<typeof open>>) =>
    Number(new URL(session.databaseUrl("hello-handler")).port);
  const first = await open([query]);
  const port = portOf(first);
  await first.close();
  const second = await open([query]);
  expect(portOf(second)).toBe(port);
  await second.close();
  const other = createServer().listen(port, "127.0.0.1");
  onTestFinished(() => void other.close());
  await once(other, "listening");
  const third = await open([query]);
  expect(portOf(third)).not.toBe(port);
  expect(await ask(third.databaseUrl("hello-handler"), "SELECT 1 AS one")).toEqual([{ one: 1 }]);
});

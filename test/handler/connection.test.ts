import { describe, expect, it } from "vitest";
import type { DatabaseOption } from "../../src/handler/index.js";
import { expectError, expectSuccess, farSide } from "../support/far-side.js";
import { eachInItsOwnDatabase } from "../support/own-database.js";
import { freePort, password, rowsOf, urlOf } from "../support/postgres.js";

const database = eachInItsOwnDatabase();

const source = { "001_a": "CREATE TABLE a ()" };
const secret = "t0p-s3cret";

/** An error, with no secret in it nor in any log line. */
async function refused(database: DatabaseOption, code: string, options = {}) {
  const far = farSide(database, source, { connectTimeout: "2s", ...options });
  const error = expectError(await far.status(), code);
  const all = JSON.stringify([error, far.logs]);
  expect(all).not.toContain(secret);
  expect(all).not.toContain(password);
  expect(all).not.toContain(encodeURIComponent(password));
  return error;
}

describe("cannot connect", () => {
  it("nobody listens", async () => {
    const port = await freePort();
    const error = await refused(urlOf(port, "app", "u", secret), "database_unreachable");
    expect(error.message).toContain(`127.0.0.1:${port}`);
    expect(error.message).toContain("refused");
  });

  it.each(["/w", "#w"])("a password with an @ and a %s that nobody encoded", async (rest) => {
    const told = await refused(`postgresql://u:p@${secret}${rest}@127.0.0.1:1/app`, "configuration_error");
    expect(told.message).toContain("percent-encoded");
  });

  it("nobody answers", async () => {
    const { createServer } = await import("node:net");
    const silent = createServer((socket) => socket.on("error", () => {})).listen(0, "127.0.0.1");
    const address = await new Promise<{ port: number }>((resolve) =>
      silent.once("listening", () => resolve(silent.address() as { port: number })),
    );
    const error = await refused(urlOf(address.port, "app", "u", secret), "database_unreachable", {
      connectTimeout: 200,
    });
    expect(error.message).toContain("nothing answered in time");
    silent.close();
  });

  it("an unknown name, a wrong password, a wrong user, no such database", async () => {
    const name = await refused(`postgresql://u:${secret}@nowhere.invalid/app`, "database_unreachable");
    expect(name.message).toContain("nowhere.invalid");
    await refused(urlOf(database.port, "postgres", "postgres", secret), "database_authentication_failed");
    await refused(urlOf(database.port, "postgres", "nobody"), "database_authentication_failed");
    expect((await refused(urlOf(database.port, "nix"), "database_not_found")).message).toContain("nix");
  });

  it("no password where one is asked for", async () => {
    await refused(
      { host: "127.0.0.1", port: database.port, user: "postgres", ssl: false },
      "database_unreachable",
    );
  });

  it("TLS is demanded of a server that has none", async () => {
    const secure = database.url.replace("sslmode=disable", "sslmode=require");
    expect((await refused(secure, "database_unreachable")).message).toContain("TLS");
  });

  it("a user who may not read history", async () => {
    await farSide(database.url, source).run();
    const { name } = database;
    await rowsOf(database.url, `CREATE ROLE reader_${name} LOGIN PASSWORD '${password}'`);
    const error = await refused(urlOf(database.port, name, `reader_${name}`), "permission_denied");
    expect(error.message).toContain(`reader_${name}`);
    await rowsOf(database.url, `DROP ROLE reader_${name}`);
  });
});

describe("settings that cannot be", () => {
  it.each<[string, DatabaseOption]>([
    ["undefined", () => undefined],
    ["an empty string", ""],
    ["no URL", `host=db password=${secret}`],
    ["another kind of URL", `mysql://u:${secret}@db/app`],
    ["a password that is not encoded", `postgresql://u:${secret}/%zz@db:x/app`],
    ["a broken encoding", `postgresql://u:${secret}%zz@db/app`],
    ["a bad sslmode", `postgresql://u:${secret}@db/app?sslmode=maybe`],
    [
      "a certificate that is not there",
      `postgresql://u:${secret}@db/app?sslmode=verify-ca&sslrootcert=/nowhere.pem`,
    ],
    ["a bad port", { host: "db", port: 70_000, password: secret }],
    [
      "a function that throws",
      () => {
        throw new Error(`cannot read ${secret}`);
      },
    ],
  ])("%s", async (_, database) => {
    await refused(database, "configuration_error");
  });

  it("a duration that is none, by its name", async () => {
    const error = await refused(database.url, "configuration_error", { statementTimeout: "soon" });
    expect(error.message).toContain("statementTimeout");
  });
});

describe("ways to say where", () => {
  it("a URL without sslmode falls back from TLS, as libpq's prefer", async () => {
    expectSuccess(await farSide(database.url.replace("?sslmode=disable", ""), source).status());
    expectSuccess(await farSide(database.url.replace("disable", "allow"), source).status());
  });

  it("parts, with a password asked for each time", async () => {
    const parts = async () => ({
      host: "127.0.0.1",
      port: database.port,
      user: "postgres",
      database: database.name,
      password: async () => password,
    });
    const { database: told } = expectSuccess(await farSide(parts, source).status());
    expect(told).toMatchObject({ name: database.name });
  });
});

it("cannot write while it reads, whatever it is made to read", async () => {
  await rowsOf(
    database.url,
    "CREATE TABLE written (); CREATE FUNCTION trap() RETURNS text LANGUAGE plpgsql AS " +
      "$$ BEGIN INSERT INTO written DEFAULT VALUES; RETURN '001_a'; END $$; CREATE VIEW schema_migrations AS SELECT trap() AS version",
  );
  const far = farSide(database.url, source);
  for (const ask of [far.status, far.dryRun, far.run])
    expect(expectError(await ask(), "configuration_error").sqlstate).toBe("25006");
  expect(await rowsOf(database.url, "SELECT FROM written")).toEqual([]);
});

it("migrates a database that is read-only only by default", async () => {
  const { name } = database;
  await rowsOf(database.url, `ALTER DATABASE ${name} SET default_transaction_read_only = on`);
  expectSuccess(await farSide(database.url, source).run());
});

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { expectError, expectSuccess, farSide } from "../support/far-side.js";
import { password, rowsOf, startPostgres, type TestServer } from "../support/postgres.js";

// Made for these tests alone: for database.test and 127.0.0.1, good until 2126.
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/handler/tls/${name}`, import.meta.url));
const cert = fixture("server.crt");
const other = fixture("other.crt");

let server: TestServer;
let url: string;
beforeAll(async () => {
  server = await startPostgres({ tls: { cert, key: fixture("server.key") } });
});
beforeEach(async () => {
  url = (await server.createDatabase()).replace("?sslmode=disable", "");
});
afterAll(() => server.stop());

/** Whether a run's own connection was encrypted. */
async function encrypted(query: string): Promise<boolean | undefined> {
  const note = "CREATE TABLE seen AS SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
  expectSuccess(await farSide(`${url}${query}`, { "001_note": note }).run());
  const [row] = await rowsOf<{ ssl: boolean }>(`${url}?sslmode=disable`, "SELECT ssl FROM seen");
  return row?.ssl;
}

describe("sslmode means what libpq means by it", () => {
  it.each([
    ["", true],
    ["?sslmode=prefer", true],
    ["?sslmode=allow", false],
    ["?sslmode=disable", false],
    ["?sslmode=require", true],
    [`?sslmode=verify-ca&sslrootcert=${cert}`, true],
    [`?sslmode=verify-full&sslrootcert=${cert}`, true],
  ])("%s", async (query, wanted) => expect(await encrypted(query)).toBe(wanted));

  it.each([
    ["?sslmode=verify-full", "no root certificate knows it"],
    [`?sslmode=require&sslrootcert=${other}`, "a root certificate makes require check"],
    [`?sslmode=verify-ca&sslrootcert=${other}`, "another root certificate"],
  ])("refuses %s: %s", async (query) => {
    const error = expectError(
      await farSide(`${url}${query}`, { "001_a": "" }).status(),
      "database_unreachable",
    );
    expect(error.message).toContain("certificate");
    expect(JSON.stringify(error)).not.toContain(password);
  });

  it("checks the name for verify-full, and not for verify-ca", async () => {
    const named = url.replace("127.0.0.1", "localhost");
    expectError(
      await farSide(`${named}?sslmode=verify-full&sslrootcert=${cert}`, { "001_a": "" }).status(),
      "database_unreachable",
    );
    expectSuccess(await farSide(`${named}?sslmode=verify-ca&sslrootcert=${cert}`, { "001_a": "" }).status());
  });
});

it("takes a certificate in parts", async () => {
  const database = new URL(url).pathname.slice(1);
  const parts = { host: "127.0.0.1", port: server.port, user: "postgres", password, database };
  const ask = (ssl: boolean | { ca: string }) => farSide({ ...parts, ssl }, { "001_a": "" }).status();
  expectSuccess(await ask({ ca: readFileSync(cert, "utf8") }));
  expectError(await ask({ ca: readFileSync(other, "utf8") }), "database_unreachable");
  expectError(await ask(true), "database_unreachable");
  expectSuccess(await ask(false));
});

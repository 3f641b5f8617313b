import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { expectError, expectSuccess, farSide, newRunId, told } from "../support/far-side.js";
import { eachInItsOwnDatabase } from "../support/own-database.js";
import { password, rowsOf, urlOf } from "../support/postgres.js";

const database = eachInItsOwnDatabase();
afterAll(async () => {
  const left = await rowsOf(
    urlOf(database.port, "postgres"),
    "SELECT datname FROM pg_database WHERE datname LIKE 'migrate_remote%'",
  );
  expect(left).toEqual([]);
});

const source = {
  "001_users": "CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL DEFAULT 'x');",
  "002_status":
    "CREATE TYPE status AS ENUM ('new', 'old'); ALTER TABLE users ADD COLUMN status status NOT NULL DEFAULT 'new'; CREATE INDEX users_name ON users (lower(name));",
  "003_logic":
    "CREATE VIEW names AS SELECT name FROM users; CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'; " +
    "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$; " +
    "CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();",
  "004_orders": "CREATE TABLE orders (id bigserial PRIMARY KEY, owner int REFERENCES users, CHECK (id > 0));",
};
const upTo = (count: number) => Object.fromEntries(Object.entries(source).slice(0, count));
/** The schema as somebody made it by hand. */
const build = async (count: number) => {
  for (const text of Object.values(upTo(count))) await rowsOf(database.url, text);
};

describe("found out from the schema", () => {
  it.each([1, 2, 3, 4])("is the one prefix that gives it: %i", async (count) => {
    await build(count);
    const far = farSide(database.url, source);
    const report = expectSuccess(await far.fixHistory());
    expect(told(report)).toEqual(
      Object.keys(source).map((revision, at) => `${revision} ${at < count ? "recorded" : "pending"}`),
    );
    expect(report.state).toBe(count === 4 ? "up_to_date" : "pending_migrations");
    expect(expectSuccess(await far.status()).problems).toEqual([]);
    // Done twice it changes nothing more.
    expect(told(expectSuccess(await far.fixHistory())).filter((line) => line.includes("recorded"))).toEqual(
      [],
    );
    expectSuccess(await far.run());
  });

  it("compares every kind of object, and leaves history's own things out", async () => {
    const rich =
      "CREATE SCHEMA app; CREATE DOMAIN app.positive AS int CHECK (VALUE > 0) NOT NULL; CREATE TYPE app.pair AS (a int, b text); CREATE TYPE app.span AS RANGE (subtype = date); " +
      'CREATE TABLE app.base (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n app.positive, twice int GENERATED ALWAYS AS (id * 2) STORED, name text COLLATE "C", EXCLUDE (n WITH =)); ' +
      "CREATE TABLE app.parts (at date NOT NULL) PARTITION BY RANGE (at); CREATE TABLE app.parts_1 PARTITION OF app.parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01'); " +
      "CREATE TABLE app.child () INHERITS (app.base); ALTER TABLE app.base ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON app.base USING (name = current_user); " +
      "CREATE MATERIALIZED VIEW app.m AS SELECT * FROM app.base; CREATE UNIQUE INDEX ON app.m (id); CREATE RULE r AS ON DELETE TO app.base DO INSTEAD NOTHING; " +
      "CREATE AGGREGATE app.total(int) (SFUNC = int4pl, STYPE = int); CREATE PROCEDURE app.p() LANGUAGE sql BEGIN ATOMIC SELECT 1; END; CREATE SEQUENCE app.s INCREMENT 5 CYCLE; CREATE UNLOGGED TABLE app.u (x varchar(3));";
    await rowsOf(database.url, rich);
    await rowsOf(
      database.url,
      "CREATE SCHEMA ops; CREATE TABLE ops.history (id serial, version text PRIMARY KEY)",
    );
    const far = farSide(database.url, {
      migrations: { "001_rich": rich, "002_drop": "DROP SCHEMA app CASCADE" },
      table: "ops.history",
    });
    expect(told(expectSuccess(await far.fixHistory()))).toEqual(["001_rich recorded", "002_drop pending"]);
    const changes = [
      ["ALTER SEQUENCE app.s INCREMENT 6", "sequence app.s differs"],
      ["DROP POLICY own ON app.base", "policy app.base.own is missing"],
      ["ALTER DOMAIN app.positive DROP NOT NULL", "type app.positive differs"],
      ["ALTER TYPE app.pair ADD ATTRIBUTE c int", "column app.pair.c is additional"],
      ["DROP RULE r ON app.base", "rule app.base.r is missing"],
    ];
    for (const [change, told] of changes) {
      await rowsOf(database.url, `DELETE FROM ops.history; ${change}`);
      expect(expectError(await far.fixHistory(), "history_ambiguous").message).toContain(told);
    }
  });

  it("goes on to run with fixHistory", async () => {
    await build(2);
    const far = farSide(database.url, source);
    const dry = expectSuccess(await far.dryRun({ fixHistory: true }));
    expect(dry.plan).toBeUndefined();
    expect(dry).toMatchObject({
      state: "tables_without_migration_history",
      problems: [{ code: "plan_unknown" }],
    });
    expect(await rowsOf(database.url, "SELECT FROM pg_tables WHERE tablename = 'schema_migrations'")).toEqual(
      [],
    );
    const report = expectSuccess(await far.run({ fixHistory: true }));
    expect(told(report)).toEqual([
      "001_users recorded",
      "002_status recorded",
      "003_logic applied",
      "004_orders applied",
    ]);
    expect(expectSuccess(await far.dryRun({ fixHistory: true })).plan?.revisions).toEqual([]);
  });

  it.each([
    [
      "a column's type",
      "ALTER TABLE users ALTER COLUMN name TYPE varchar(20)",
      "column public.users.name differs",
    ],
    ["a default", "ALTER TABLE users ALTER COLUMN name DROP DEFAULT", "column public.users.name differs"],
    ["a missing index", "DROP INDEX users_name", "index public.users_name is missing"],
    ["one more table", "CREATE TABLE extra (id int)", "table public.extra is additional"],
    ["an enum's label", "ALTER TYPE status ADD VALUE 'gone'", "type public.status differs"],
  ])("refuses what no revision gives, naming what differs: %s", async (_, change, told) => {
    await build(2);
    await rowsOf(database.url, change);
    const error = expectError(await farSide(database.url, source).fixHistory(), "history_ambiguous");
    expect(error.message).toContain("Nearest is 002_status");
    expect(error.message).toContain(told);
    expect(error.hint).toContain("--revision");
    expect(await rowsOf(database.url, "SELECT FROM pg_tables WHERE tablename = 'schema_migrations'")).toEqual(
      [],
    );
  });

  it("refuses where several revisions give the same schema", async () => {
    await build(1);
    const far = farSide(database.url, {
      "001_users": source["001_users"],
      "002_data": "INSERT INTO users VALUES (1)",
    });
    expect(expectError(await far.fixHistory(), "history_ambiguous").message).toContain("001_users, 002_data");
    const report = await far.run({ fixHistory: true });
    expectError(report, "history_ambiguous");
    expect(await rowsOf(database.url, "SELECT FROM users")).toEqual([]);
  });

  it("refuses where the migrations cannot be replayed, or would reach beyond the database", async () => {
    await build(1);
    const broken = { "001_users": source["001_users"], "002_bad": "SELECT nix" };
    expect(
      expectError(await farSide(database.url, broken).fixHistory(), "history_ambiguous").message,
    ).toContain("002_bad cannot be replayed");
    const reaching = { "001_users": source["001_users"], "002_role": "DO $$ BEGIN CREATE  ROLE x; END $$" };
    expect(
      expectError(await farSide(database.url, reaching).fixHistory(), "history_ambiguous").message,
    ).toContain("CREATE ROLE");
    expect(await rowsOf(database.url, "SELECT FROM pg_roles WHERE rolname = 'x'")).toEqual([]);
  });

  it("needs the right to create a database", async () => {
    await build(1);
    const { name } = database;
    await rowsOf(
      database.url,
      `CREATE ROLE ${name}_user LOGIN PASSWORD '${password}'; GRANT ALL ON SCHEMA public TO ${name}_user`,
    );
    const far = farSide(urlOf(database.port, name, `${name}_user`), source);
    const error = expectError(await far.fixHistory(), "permission_denied");
    expect(error.hint).toContain("--revision");
    await rowsOf(database.url, `DROP OWNED BY ${name}_user; DROP ROLE ${name}_user`);
  });
});

describe("by revision", () => {
  it("makes history say exactly that: records and removes, and leaves the rows that stay as they are", async () => {
    await farSide(database.url, upTo(3)).run();
    await rowsOf(
      database.url,
      "INSERT INTO schema_migrations (version) VALUES ('000_ghost'); UPDATE schema_migrations SET checksum = 'old' WHERE version = '001_users'; DELETE FROM schema_migrations WHERE version = '002_status'",
    );
    const far = farSide(database.url, source);
    const report = expectSuccess(await far.fixHistory("2"));
    expect(told(report)).toEqual([
      "001_users applied",
      "002_status recorded",
      "000_ghost removed",
      "003_logic removed",
      "004_orders pending",
    ]);
    expect(report).toMatchObject({ state: "pending_migrations", currentRevisions: ["002_status"] });
    expect(await rowsOf(database.url, "SELECT version FROM schema_migrations ORDER BY 1")).toEqual([
      { version: "001_users" },
      { version: "002_status" },
    ]);
    // What was applied is not what the file says now, and that stays to be seen.
    expect(report.problems).toMatchObject([{ code: "edited", revision: "001_users" }]);
    expect(
      await rowsOf(database.url, "SELECT checksum FROM schema_migrations WHERE version = '001_users'"),
    ).toEqual([{ checksum: "old" }]);
    expect(told(expectSuccess(await far.fixHistory("002_status"))).slice(0, 2)).toEqual([
      "001_users applied",
      "002_status applied",
    ]);
  });

  it("does what its dry-run told, whatever history there is", { timeout: 60_000 }, async () => {
    await farSide(database.url, source).run();
    const far = farSide(database.url, source);
    const rows = fc.subarray([...Object.keys(source), "000_ghost", "005_later"]);
    await fc.assert(
      fc.asyncProperty(rows, fc.constantFrom(...Object.keys(source)), async (versions, revision) => {
        await rowsOf(database.url, "TRUNCATE schema_migrations");
        for (const version of versions)
          await rowsOf(database.url, "INSERT INTO schema_migrations (version, checksum) VALUES ($1, 'old')", [
            version,
          ]);
        const before = await rowsOf(database.url, "SELECT * FROM schema_migrations");
        const dry = expectSuccess(await far.ask({ kind: "fix-history-dry-run", revision }));
        expect(await rowsOf(database.url, "SELECT * FROM schema_migrations")).toEqual(before);
        const real = expectSuccess(await far.fixHistory(revision));
        expect(told(dry).sort()).toEqual(told(real).sort());
        expect(dry.plan === undefined).toBe(!/recorded|removed/.test(told(real).join()));
      }),
      { numRuns: 25 },
    );
  });

  it("refuses where history changed since its dry-run, and does what was shown where it did not", async () => {
    await farSide(database.url, upTo(3)).run();
    const far = farSide(database.url, source);
    const revision = "002_status";
    const { plan } = expectSuccess(await far.ask({ kind: "fix-history-dry-run", revision }));
    expect(plan).toMatchObject({ from: ["003_logic"], target: revision, revisions: [] });
    const send = () =>
      far.ask({ kind: "fix-history", revision, run: { runId: newRunId(), part: 1, planId: plan?.id ?? "" } });
    await rowsOf(database.url, "INSERT INTO schema_migrations (version) VALUES ('000_ghost')");
    expectError(await send(), "plan_changed");
    expect(await rowsOf(database.url, "SELECT count(*)::int AS n FROM schema_migrations")).toEqual([
      { n: 4 },
    ]);
    await rowsOf(database.url, "DELETE FROM schema_migrations WHERE version = '000_ghost'");
    expect(told(expectSuccess(await send()))).toContain("003_logic removed");
  });

  it("without a revision finds nothing out in a dry-run, and leaves no trace", async () => {
    await build(2);
    const dry = expectSuccess(await farSide(database.url, source).ask({ kind: "fix-history-dry-run" }));
    expect(dry.plan).toBeUndefined();
    expect(dry.problems).toMatchObject([{ code: "plan_unknown" }]);
    expect(await rowsOf(database.url, "SELECT FROM pg_tables WHERE tablename = 'schema_migrations'")).toEqual(
      [],
    );
  });

  it("works without any history and executes nothing", async () => {
    await rowsOf(database.url, "CREATE TABLE anything ()");
    const report = expectSuccess(await farSide(database.url, source).fixHistory("004_orders"));
    expect(report.state).toBe("up_to_date");
    expect(await rowsOf(database.url, "SELECT FROM pg_tables WHERE tablename = 'users'")).toEqual([]);
  });

  it("refuses a revision that the source does not have", async () => {
    expectError(await farSide(database.url, source).fixHistory("005_nix"), "unknown_revision");
  });
});

it("has nothing to repair in an empty database", async () => {
  expect(expectSuccess(await farSide(database.url, source).fixHistory()).state).toBe("empty");
});

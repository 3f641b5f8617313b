import { parse } from "libpg-query";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { child, list } from "../../../src/workflow/review/ast.js";
import { steadyFunctions } from "../../../src/workflow/review/defaults.js";
import { isNarrowing, readType, rewrites, type SqlType } from "../../../src/workflow/review/types.js";
import { startPostgres, type TestServer } from "../../support/postgres.js";
import { locks } from "./support.js";

// What the rules believe of PostgreSQL, asked of PostgreSQL.
let server: TestServer;
let client: pg.Client;
beforeAll(async () => {
  server = await startPostgres();
  client = new pg.Client({ connectionString: await server.createDatabase() });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await server.stop();
});

/** Does something in a transaction that is rolled back. */
async function undone<T>(work: () => Promise<T>): Promise<T> {
  await client.query("BEGIN");
  try {
    return await work();
  } finally {
    await client.query("ROLLBACK");
  }
}

async function file(table: string): Promise<unknown> {
  return (await client.query("SELECT pg_relation_filenode($1)", [table])).rows[0]?.pg_relation_filenode;
}

/** Whether the statement gives the table a new file. */
async function rewritten(sql: string): Promise<boolean> {
  const before = await file("t");
  await client.query(sql);
  return (await file("t")) !== before;
}

test("each function that is called steady is there, and none of its kind is volatile", async () => {
  const { rows } = await client.query(
    "SELECT proname, bool_or(provolatile = 'v') AS volatile FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND proname = ANY($1) GROUP BY 1",
    [[...steadyFunctions]],
  );
  expect(rows.filter(({ volatile }) => volatile)).toEqual([]);
  const there = new Set(rows.map(({ proname }) => proname));
  expect([...steadyFunctions].filter((name) => !there.has(name))).toEqual([]);
});

describe("a new column", () => {
  test.each([
    "a int",
    "a int NOT NULL DEFAULT 1",
    "a timestamptz DEFAULT now()",
    "a date DEFAULT (CURRENT_TIMESTAMP AT TIME ZONE 'utc')::date",
    "a text DEFAULT current_user",
    "a jsonb DEFAULT jsonb_build_object('a', now())",
    "a timestamptz DEFAULT clock_timestamp()",
    "a uuid DEFAULT gen_random_uuid()",
    "a float DEFAULT random()",
    "a int GENERATED ALWAYS AS (x + 1) STORED",
    "a int GENERATED ALWAYS AS (x + 1) VIRTUAL",
    "a serial",
    "a int GENERATED ALWAYS AS IDENTITY",
  ])("%s: the rules and PostgreSQL agree whether the table is rewritten", async (column) => {
    const sql = `ALTER TABLE t ADD ${column}`;
    await undone(async () => {
      await client.query("CREATE TABLE t (x int); INSERT INTO t VALUES (1)");
      expect((await locks(sql)).length > 0).toBe(await rewritten(sql));
    });
  });
});

const extremes: Record<string, string[]> = {
  smallint: ["-32768", "32767"],
  int: ["-2147483648", "2147483647"],
  bigint: ["-9223372036854775808", "9007199254740993"],
  numeric: ["1234567890.123456789", "1e30"],
  "numeric(10,2)": ["99999999.99"],
  "numeric(12,2)": ["9999999999.99"],
  "numeric(12,4)": ["99999999.9999"],
  real: ["0.1", "3.4e38"],
  "double precision": ["0.1", "1e300"],
  text: ["twenty characters...", "ä"],
  varchar: ["twenty characters..."],
  "varchar(10)": ["0123456789"],
  "varchar(20)": ["01234567890123456789"],
  "char(10)": ["0123456789"],
  date: ["2026-11-20"],
  timestamp: ["2026-11-20 10:45:12.123456"],
  "timestamp(3)": ["2026-11-20 10:45:12.123"],
  timestamptz: ["2026-11-20 10:45:12.123456+00"],
  json: ['{"a": 1}'],
  jsonb: ['{"a": 1}'],
};

async function typeOf(name: string): Promise<SqlType> {
  const tree = await parse(`ALTER TABLE t ALTER a TYPE ${name}`);
  const command = list(child(child(list(tree.stmts)[0], "stmt"), "AlterTableStmt").cmds)[0];
  return readType(child(child(child(command, "AlterTableCmd"), "def"), "ColumnDef").typeName);
}

describe.each(Object.entries(extremes))("a column of type %s", (from, values) => {
  test.each(Object.keys(extremes))("becomes %s as the rules say", async (to) => {
    const [old, next] = [await typeOf(from), await typeOf(to)];
    await undone(async () => {
      await client.query(`SET TimeZone = 'Europe/Vienna'; CREATE TABLE t (a ${from})`);
      for (const value of values) await client.query("INSERT INTO t VALUES ($1)", [value]);
      const before = (await client.query("SELECT a::text FROM t")).rows;
      const outcome = await rewritten(`ALTER TABLE t ALTER a TYPE ${to}`).catch(() => "refused" as const);
      if (outcome === "refused") {
        // Nothing was written, and it took no time.
        expect(isNarrowing(old, next)).toBe(true);
        return;
      }
      // A warning too many would be a nuisance, one too few a surprise.
      expect(rewrites(old, next)).toBe(outcome);
      if (isNarrowing(old, next)) return;
      await client.query(`ALTER TABLE t ALTER a TYPE ${from} USING a::${from}`);
      expect((await client.query("SELECT a::text FROM t")).rows).toEqual(before);
    });
  });
});

describe("the locks", () => {
  const share = "ShareLock";
  const shareRow = "ShareRowExclusiveLock";
  const exclusive = "AccessExclusiveLock";
  test.each<[string, string, string[]]>([
    ["CREATE INDEX ON t (a)", "t", [share]],
    ["DROP INDEX i", "t", [exclusive]],
    ["REINDEX INDEX i", "t", [share]],
    ["REFRESH MATERIALIZED VIEW v", "v", [exclusive]],
    ["ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u", "t", [shareRow]],
    ["ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u", "u", [shareRow]],
    ["ALTER TABLE t ADD CHECK (a > 0)", "t", [exclusive]],
    ["ALTER TABLE t ADD UNIQUE (a)", "t", [exclusive]],
    ["ALTER TABLE t ALTER a SET NOT NULL", "t", [exclusive]],
    ["ALTER TABLE t ALTER a TYPE bigint", "t", [exclusive]],
    ["CLUSTER t USING i", "t", [exclusive]],
    ["LOCK t IN SHARE MODE", "t", [share]],
  ])("%s closes %s as its message says", async (sql, table, modes) => {
    expect(await locks(sql)).toHaveLength(1);
    await client.query(
      "CREATE TABLE t (a int); CREATE INDEX i ON t (a); CREATE TABLE u (a int PRIMARY KEY); CREATE MATERIALIZED VIEW v AS SELECT 1",
    );
    try {
      const held = await undone(async () => {
        await client.query(sql);
        const { rows } = await client.query(
          "SELECT mode FROM pg_locks WHERE pid = pg_backend_pid() AND relation = $1::regclass AND granted",
          [table],
        );
        return rows.map(({ mode }) => mode);
      });
      expect(held).toEqual(expect.arrayContaining(modes));
      const stronger = [share, shareRow, exclusive].slice(
        [share, shareRow, exclusive].indexOf(modes[0] ?? "") + 1,
      );
      expect(held.filter((mode) => stronger.includes(mode))).toEqual([]);
    } finally {
      await client.query("DROP TABLE t, u; DROP MATERIALIZED VIEW v");
    }
  });
});

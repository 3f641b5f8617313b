import { describe, expect, test } from "vitest";
import { destructiveFindings, reviewPlan } from "../../../src/workflow/review/review.js";
import { losses, review } from "./support.js";

describe("what destroys data", () => {
  test.each<[string, string[]]>([
    ["DROP TABLE a.b, c", ["1 drop-table: drops table a.b", "1 drop-table: drops table c"]],
    ["DROP FOREIGN TABLE f", ["1 drop-table: drops foreign table f"]],
    [
      "-- why\nSELECT 1;\n\n/* note /* nested */\n */ DROP SCHEMA s CASCADE;",
      ["5 drop-schema: drops schema s and what depends on it"],
    ],
    ["ALTER TABLE t ADD COLUMN a int,\n DROP COLUMN b", ["1 drop-column: drops column t.b"]],
    ["ALTER TABLE ONLY public.t DROP COLUMN IF EXISTS b", ["1 drop-column: drops column public.t.b"]],
    ["ALTER TABLE t DROP b CASCADE", ["1 drop-column: drops column t.b and what depends on it"]],
    ["ALTER TYPE pair DROP ATTRIBUTE b", ["1 drop-column: drops attribute pair.b"]],
    ["TRUNCATE a, b", ["1 truncate: empties a", "1 truncate: empties b"]],
    ["TRUNCATE a CASCADE", ["1 truncate: empties a and what refers to it"]],
    ["DROP TYPE mood", ["1 drop-object: drops type mood"]],
    ["DROP DOMAIN s.email", ["1 drop-object: drops domain s.email"]],
    ["DROP SEQUENCE s", ["1 drop-object: drops sequence s"]],
    ["DROP EXTENSION hstore", ["1 drop-object: drops extension hstore"]],
    ["DROP VIEW v CASCADE", ["1 drop-object: drops view v and what depends on it"]],
    ["DROP MATERIALIZED VIEW v", ["1 drop-object: drops materialized view v"]],
    [
      "DROP OWNED BY app, CURRENT_USER",
      ["1 drop-object: drops whatever app owns", "1 drop-object: drops whatever the current role owns"],
    ],
    ["DROP DATABASE d", ["1 drop-database: drops database d"]],
    ["SELECT 'ünï 🙂';\nDROP TABLE ä", ["2 drop-table: drops table ä"]],
    [
      "DO $$ BEGIN EXECUTE 'drop table x'; END $$",
      ["1 unchecked: unchecked: a DO block makes its statements as it goes"],
    ],
    ["CALL tidy()", ["1 unchecked: unchecked: a procedure that is called does what it likes"]],
    [
      "SET standard_conforming_strings = off",
      ["1 unchecked: unchecked: it changes how strings are read (standard_conforming_strings)"],
    ],
    // Loss strikes also in what the plan made itself.
    ["CREATE TABLE n (a int); DROP TABLE n", ["1 drop-table: drops table n"]],
  ])("%s", async (sql, expected) => {
    expect(await losses(sql)).toEqual(expected);
  });

  test.each([
    "DELETE FROM a",
    "DELETE FROM a USING b",
    "DELETE FROM a WHERE true",
    "DELETE FROM a WHERE 't'::bool",
    "DELETE FROM a WHERE 'yes'",
    "DELETE FROM a WHERE 1=1",
    "DELETE FROM a WHERE 'x' = 'x'",
    "DELETE FROM a WHERE 1 < 2",
    "DELETE FROM a WHERE 0 <> 1",
    "DELETE FROM a WHERE id = id",
    "DELETE FROM a WHERE NOT false",
    "DELETE FROM a WHERE id = 1 OR 1=1",
    "DELETE FROM a WHERE true AND 1=1",
    "MERGE INTO a USING b ON true WHEN MATCHED THEN DELETE",
    "MERGE INTO a USING b ON a.id = b.id WHEN NOT MATCHED BY SOURCE THEN DELETE",
    "WITH gone AS (DELETE FROM a RETURNING *) SELECT count(*) FROM gone",
    "WITH gone AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM gone",
    "INSERT INTO b WITH gone AS (DELETE FROM a RETURNING *) SELECT * FROM gone",
    "EXPLAIN ANALYZE DELETE FROM a",
    "PREPARE p AS DELETE FROM a",
    "COPY (DELETE FROM a RETURNING *) TO STDOUT",
    "CREATE TABLE b AS WITH gone AS (DELETE FROM a RETURNING *) SELECT * FROM gone",
  ])("%s deletes without a condition", async (sql) => {
    expect((await losses(sql)).map((loss) => loss.split(":")[0])).toEqual(["1 delete-all"]);
  });

  test.each([
    "UPDATE a SET x = 1",
    "UPDATE a SET x = b.x FROM b",
    "MERGE INTO a USING b ON 1=1 WHEN MATCHED THEN UPDATE SET x = 1",
  ])("%s overwrites without a condition", async (sql) => {
    expect(await losses(sql)).toEqual(["1 update-all: overwrites every row of a"]);
  });

  test.each([
    "ALTER TABLE a ADD COLUMN x int; UPDATE a SET x = 1, y = 2",
    "ALTER TABLE a ADD COLUMN IF NOT EXISTS x int; UPDATE a SET x = 1",
    "ALTER TABLE a ADD COLUMN x int, DROP COLUMN x; UPDATE a SET x = 1",
    "ALTER TABLE a ADD COLUMN x int; ALTER TABLE a RENAME x TO z; ALTER TABLE a RENAME y TO x; UPDATE a SET x = 1",
    "ALTER TABLE a ADD COLUMN x int; UPDATE b SET x = 1",
  ])("%s overwrites what was there before", async (sql) => {
    expect((await losses(sql)).at(-1)).toMatch(/update-all/);
  });

  test.each([
    "ALTER TABLE a ADD COLUMN x int; UPDATE a SET x = 1",
    "ALTER TABLE a ADD x int, ADD y int; UPDATE a SET (x, y) = (1, 2)",
    "CREATE TABLE t (a int NOT NULL)",
    "DELETE FROM a WHERE id = 1",
    "DELETE FROM a WHERE false OR id = 1",
    "DELETE FROM a WHERE id = other_id",
    "DELETE FROM a WHERE 1 = 2",
    "DELETE FROM a WHERE CURRENT OF c",
    "DELETE FROM a USING b WHERE a.id = b.id",
    "UPDATE a SET x = 1 WHERE y",
    "INSERT INTO a VALUES (1) ON CONFLICT (id) DO UPDATE SET x = 1",
    "MERGE INTO a USING b ON a.id = b.id WHEN MATCHED THEN DELETE",
    "MERGE INTO a USING b ON true WHEN MATCHED AND a.old THEN DELETE",
    "EXPLAIN DELETE FROM a",
    "EXPLAIN (ANALYZE false) DELETE FROM a",
    "CREATE RULE r AS ON DELETE TO v DO INSTEAD DELETE FROM a",
    "CREATE FUNCTION f() RETURNS void BEGIN ATOMIC DELETE FROM a; END",
    "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DROP TABLE t'",
    "COMMENT ON TABLE t IS 'DROP TABLE t'",
    "DROP INDEX i",
    "DROP VIEW v",
    "DROP POLICY p ON t",
    "DROP PROCEDURE p",
    "DROP AGGREGATE a(int)",
    "DROP TRIGGER x ON t",
    "ALTER TABLE t DROP CONSTRAINT c",
    "ALTER TABLE t DETACH PARTITION p",
    "ALTER TABLE t ALTER c DROP EXPRESSION",
    "SET standard_conforming_strings = on",
    "",
    "-- only a comment\n",
    ";;",
  ])("%s destroys nothing", async (sql) => {
    expect(await losses(sql)).toEqual([]);
  });
});

describe("a column that is not null and has no default", () => {
  const rule = ["not-null-without-default"];
  const rules = async (...sql: string[]) => (await losses(...sql)).map((loss) => loss.split(/[ :]/)[1]);

  test.each([
    "ALTER TABLE t ADD a int NOT NULL",
    "ALTER TABLE t ADD a int NOT NULL DEFAULT NULL",
    "ALTER TABLE t ADD a int NOT NULL DEFAULT NULL::int",
    "ALTER TABLE t ADD a int PRIMARY KEY",
    "CREATE TABLE IF NOT EXISTS t (); ALTER TABLE t ADD a int NOT NULL",
    "CREATE TABLE t (x int); INSERT INTO t VALUES (1); ALTER TABLE t ADD a int NOT NULL",
    "CREATE TABLE t AS SELECT 1; ALTER TABLE t ADD a int NOT NULL",
    "CREATE TABLE t (x int); ALTER TABLE t RENAME TO u; ALTER TABLE u ADD a int NOT NULL",
    "CREATE TABLE s.t (x int); ALTER TABLE t ADD a int NOT NULL",
    "CREATE TABLE t (x int); SET search_path TO other; ALTER TABLE t ADD a int NOT NULL",
    "CREATE TABLE t (x int); SELECT set_config('search_path', 'x', false); ALTER TABLE t ADD a int NOT NULL",
    "BEGIN; CREATE TABLE t (x int); ROLLBACK; ALTER TABLE t ADD a int NOT NULL",
  ])("%s", async (sql) => {
    expect(await rules(sql)).toEqual(rule);
  });

  test.each([
    "ALTER TABLE t ADD a int",
    "ALTER TABLE t ADD a int NOT NULL DEFAULT 0",
    "ALTER TABLE t ADD a serial NOT NULL",
    "ALTER TABLE t ADD a bigserial PRIMARY KEY",
    "ALTER TABLE t ADD a int GENERATED ALWAYS AS IDENTITY NOT NULL",
    "ALTER TABLE t ADD a int NOT NULL GENERATED ALWAYS AS (b + 1) STORED",
    "CREATE TABLE t (x int); ALTER TABLE t ADD a int NOT NULL",
  ])("%s is none", async (sql) => {
    expect(await rules(sql)).toEqual([]);
  });

  test("a table of an earlier migration of the plan is empty, a temporary one is gone", async () => {
    expect(await rules("CREATE TABLE t ()", "ALTER TABLE t ADD a int NOT NULL")).toEqual([]);
    expect(await rules("CREATE TEMP TABLE t ()", "ALTER TABLE t ADD a int NOT NULL")).toEqual(rule);
    expect(await rules("SET search_path = x; CREATE TABLE t ()", "ALTER TABLE t ADD a int NOT NULL")).toEqual(
      rule,
    );
  });
});

describe("what nobody can read counts as destroying data", () => {
  test.each<[string, Parameters<typeof review>[0], string]>([
    ["no SQL", [{}], "was not shown"],
    ["SQL that was cut", [{ sql: "SELECT 1;", unchecked: true }], "was not shown"],
    ["no SQL at all", ["NOT SQL AT ALL"], "cannot read it"],
    ["a command of psql", ["\\copy a FROM 'b'"], "cannot read it"],
    // The parser stops at the NUL and would see a harmless statement.
    ["a NUL", ["SELECT 1\0; DROP TABLE x"], "characters that no SQL has"],
    // The parser miscounts it and would not see the end.
    ["half a character", [`SELECT '${"\ud800一".repeat(9)}'; DROP TABLE x`], "characters that no SQL has"],
    ["an expression without end", [`SELECT 1${"+1".repeat(50_000)}`], "cannot read it"],
  ])("%s", async (_, migrations, why) => {
    const [view] = await review(migrations);
    expect(view?.destructive).toMatchObject([{ rule: "unchecked", message: expect.stringContaining(why) }]);
  });

  test("no parser, and only where there is something to read", async () => {
    const entry = { revision: "001", status: "pending" } as const;
    const [view] = await reviewPlan([{ ...entry, sql: "SELECT 1" }], undefined, []);
    expect(view?.destructive).toMatchObject([
      { rule: "unchecked", message: expect.stringContaining("libpg-query") },
    ]);
    expect(await reviewPlan([{ ...entry, sql: " " }], undefined, [])).toEqual([{ ...entry, sql: " " }]);
  });

  test("what is not pending is not looked at", async () => {
    expect(await review([{ sql: "DROP TABLE a", status: "applied" }])).toEqual([
      { revision: "001", status: "applied", sql: "DROP TABLE a" },
    ]);
  });
});

test("what asks for --allow-destructive, over the plan", async () => {
  const views = await review(["CREATE TABLE t ()", "DROP TABLE a", "CREATE INDEX i ON b (c); TRUNCATE d"]);
  expect(
    destructiveFindings(views).map(({ revision, finding }) => [revision, finding.rule, finding.severity]),
  ).toEqual([
    ["002", "drop-table", "loss"],
    ["003", "truncate", "loss"],
  ]);
});

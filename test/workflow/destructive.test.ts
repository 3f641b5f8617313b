import { parse } from "libpg-query";
import { describe, expect, test } from "vitest";
import { findDestructive } from "../../src/workflow/destructive.js";

async function rules(sql: string | undefined, parser: typeof parse | undefined = parse) {
  return (await findDestructive(sql, parser)).map(
    ({ rule, message, line }) => `${line ?? "-"} ${rule}: ${message}`,
  );
}

describe("what destroys data", () => {
  test.each<[string, string[]]>([
    ["DROP TABLE a.b, c", ["1 drop-table: drops table a.b", "1 drop-table: drops table c"]],
    [
      "-- why\nSELECT 1;\n\n/* note\n */ DROP SCHEMA s CASCADE;",
      ["5 drop-schema: drops schema s and what depends on it"],
    ],
    ["ALTER TABLE t ADD COLUMN a int,\n DROP COLUMN b", ["1 drop-column: drops column t.b"]],
    ["ALTER TABLE ONLY public.t DROP COLUMN IF EXISTS b", ["1 drop-column: drops column public.t.b"]],
    ["TRUNCATE a, b", ["1 truncate: empties a", "1 truncate: empties b"]],
    ["DELETE FROM a", ["1 delete-all: deletes every row of a"]],
    ["DELETE FROM a WHERE true", ["1 delete-all: deletes every row of a"]],
    ["UPDATE a SET x = 1", ["1 update-all: overwrites every row of a"]],
    [
      "WITH gone AS (DELETE FROM a RETURNING *) SELECT count(*) FROM gone",
      ["1 delete-all: deletes every row of a"],
    ],
    ["DROP TYPE mood", ["1 drop-object: drops type mood"]],
    ["DROP VIEW v CASCADE", ["1 drop-object: drops view v and what depends on it"]],
    ["DROP MATERIALIZED VIEW v", ["1 drop-object: drops matview v"]],
    ["DROP DATABASE d", ["1 drop-database: drops database d"]],
    ["SELECT 'ünï';\nDROP TABLE ä", ["2 drop-table: drops table ä"]],
    [
      "DO $$ BEGIN EXECUTE 'drop table x'; END $$",
      ["1 unchecked: unchecked: a DO block makes its statements as it goes"],
    ],
  ])("%s", async (sql, expected) => {
    expect(await rules(sql)).toEqual(expected);
  });

  test.each([
    "CREATE TABLE t (a int)",
    "DELETE FROM a WHERE id = 1",
    "UPDATE a SET x = 1 WHERE y",
    "DROP INDEX i",
    "DROP VIEW v",
    "ALTER TABLE t DROP CONSTRAINT c",
    "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DROP TABLE t'",
    "COMMENT ON TABLE t IS 'DROP TABLE t'",
    "",
    "-- only a comment\n",
  ])("%s destroys nothing", async (sql) => {
    expect(await rules(sql)).toEqual([]);
  });

  test("what nobody can read counts as destroying data", async () => {
    expect((await findDestructive(undefined, parse))[0]?.rule).toBe("unchecked");
    expect((await findDestructive("SELECT 1", undefined))[0]?.rule).toBe("unchecked");
    expect((await findDestructive("NOT SQL AT ALL", parse))[0]?.rule).toBe("unchecked");
  });
});

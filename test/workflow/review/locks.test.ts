import { describe, expect, test } from "vitest";
import { locks, review } from "./support.js";

describe("what keeps others waiting", () => {
  test.each<[string, string[]]>([
    ["CREATE INDEX i ON t (a)", ["index-without-concurrently"]],
    ["CREATE UNIQUE INDEX ON s.t (a)", ["index-without-concurrently"]],
    ["DROP INDEX i, s.j", ["drop-index-without-concurrently", "drop-index-without-concurrently"]],
    ["REINDEX TABLE t", ["reindex-without-concurrently"]],
    ["REINDEX SCHEMA s", ["reindex-without-concurrently"]],
    ["REINDEX (CONCURRENTLY false) INDEX i", ["reindex-without-concurrently"]],
    ["REFRESH MATERIALIZED VIEW v", ["refresh-without-concurrently"]],
    ["ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u", ["constraint-without-not-valid"]],
    ["ALTER TABLE t ADD CHECK (a > 0)", ["constraint-without-not-valid"]],
    ["ALTER TABLE t ADD a int CHECK (a > 0)", ["constraint-without-not-valid"]],
    ["ALTER TABLE t ADD a int DEFAULT 1 REFERENCES u", ["constraint-without-not-valid"]],
    [
      "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c",
      ["constraint-without-not-valid"],
    ],
    ["ALTER TABLE t ADD PRIMARY KEY (a)", ["unique-without-index"]],
    ["ALTER TABLE t ADD CONSTRAINT u UNIQUE (a)", ["unique-without-index"]],
    ["ALTER TABLE t ADD a int UNIQUE", ["unique-without-index"]],
    ["ALTER TABLE t ADD EXCLUDE USING gist (a WITH &&)", ["unique-without-index"]],
    ["ALTER TABLE t ALTER a SET NOT NULL", ["set-not-null"]],
    ["ALTER TABLE t ADD CONSTRAINT n NOT NULL a", ["set-not-null"]],
    ["ALTER TABLE t ADD a uuid DEFAULT gen_random_uuid()", ["volatile-default"]],
    ["ALTER TABLE t ADD a timestamptz DEFAULT clock_timestamp()", ["volatile-default"]],
    ["ALTER TABLE t ADD a int DEFAULT 1 + abs(round(random()))", ["volatile-default"]],
    ["ALTER TABLE t ADD a int DEFAULT ours()", ["volatile-default"]],
    ["ALTER TABLE t ADD a int DEFAULT s.now()", ["volatile-default"]],
    ["ALTER TABLE t ADD a serial", ["rewrite-table"]],
    ["ALTER TABLE t ADD a int GENERATED ALWAYS AS IDENTITY", ["rewrite-table"]],
    ["ALTER TABLE t ADD a int GENERATED ALWAYS AS (b + 1) STORED", ["rewrite-table"]],
    ["ALTER TABLE t ALTER a TYPE bigint", ["rewrite-table"]],
    ["ALTER TABLE t ALTER a TYPE text USING lower(a)", ["rewrite-table"]],
    ["ALTER TABLE t ALTER a SET EXPRESSION AS (b + 2)", ["rewrite-table"]],
    ["ALTER TABLE t SET LOGGED", ["rewrite-table"]],
    ["ALTER TABLE t SET UNLOGGED", ["rewrite-table"]],
    ["ALTER TABLE t SET TABLESPACE x", ["rewrite-table"]],
    ["ALTER TABLE t SET ACCESS METHOD heap2", ["rewrite-table"]],
    ["ALTER TABLE ALL IN TABLESPACE x SET TABLESPACE y", ["rewrite-table"]],
    ["CLUSTER t USING i", ["rewrite-table"]],
    ["CLUSTER", ["rewrite-table"]],
    ["VACUUM FULL t", ["rewrite-table"]],
    ["VACUUM (FULL)", ["rewrite-table"]],
    ["LOCK TABLE a, b IN SHARE MODE", ["lock-table", "lock-table"]],
    ["LOCK a", ["lock-table"]],
    // What was there before the plan stays so under IF NOT EXISTS, a new name or another search_path.
    ["CREATE TABLE IF NOT EXISTS t (a int); CREATE INDEX ON t (a)", ["index-without-concurrently"]],
    [
      "CREATE TABLE n (a int); ALTER TABLE n RENAME TO t; CREATE INDEX ON t (a)",
      ["index-without-concurrently"],
    ],
    ["CREATE SCHEMA s CREATE TABLE t (a int); CREATE INDEX ON t (a)", ["index-without-concurrently"]],
    ['CREATE TABLE "s.t" (a int); CREATE INDEX ON s.t (a)', ["index-without-concurrently"]],
  ])("%s", async (sql, expected) => {
    expect(await locks(sql)).toEqual(expected);
  });

  test.each([
    "CREATE INDEX CONCURRENTLY i ON t (a)",
    "CREATE INDEX i ON ONLY t (a)",
    "DROP INDEX CONCURRENTLY i",
    "DROP TABLE t",
    "REINDEX TABLE CONCURRENTLY t",
    "REFRESH MATERIALIZED VIEW CONCURRENTLY v",
    "REFRESH MATERIALIZED VIEW v WITH NO DATA",
    "ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES u NOT VALID",
    "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID",
    "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT ENFORCED",
    "ALTER TABLE t VALIDATE CONSTRAINT c",
    "ALTER TABLE t ADD a int REFERENCES u",
    "ALTER TABLE t ADD CONSTRAINT p PRIMARY KEY USING INDEX i",
    "ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID",
    "ALTER TABLE t ALTER a DROP NOT NULL",
    "ALTER TABLE t ALTER a SET DEFAULT gen_random_uuid()",
    "ALTER TABLE t ADD a timestamptz NOT NULL DEFAULT now()",
    "ALTER TABLE t ADD a date DEFAULT (CURRENT_TIMESTAMP AT TIME ZONE 'utc')::date",
    "ALTER TABLE t ADD a text DEFAULT current_user",
    "ALTER TABLE t ADD a jsonb DEFAULT '{}'::jsonb",
    "ALTER TABLE t ADD a int DEFAULT pg_catalog.abs(-1)",
    "ALTER TABLE t ADD a int GENERATED ALWAYS AS (b + 1) VIRTUAL",
    "ALTER TABLE t ALTER a TYPE text",
    "ALTER TABLE t ALTER a TYPE varchar USING a::varchar",
    "ALTER TYPE pair ALTER ATTRIBUTE a TYPE bigint",
    "ALTER TABLE t RENAME TO u",
    "VACUUM t",
    "VACUUM (FULL false) t",
    "LOCK TABLE t IN ROW EXCLUSIVE MODE",
    "CREATE TABLE t (a int REFERENCES u); CREATE INDEX ON t (a); ALTER TABLE t ADD CHECK (a > 0); LOCK t",
    "CREATE SCHEMA s CREATE TABLE t (a int) CREATE INDEX i ON t (a)",
    "CREATE TABLE t (a int); CREATE INDEX i ON t (a); DROP INDEX i; VACUUM FULL t",
    "CREATE MATERIALIZED VIEW v AS SELECT 1 AS a; CREATE INDEX ON v (a); REFRESH MATERIALIZED VIEW v",
    "SELECT 1 AS a INTO t; CREATE INDEX ON t (a)",
  ])("%s does not", async (sql) => {
    expect(await locks(sql)).toEqual([]);
  });

  test("what an earlier migration of the plan made is used by nobody yet", async () => {
    expect(
      await locks("CREATE TABLE t (a int)", "CREATE INDEX ON t (a); ALTER TABLE t ADD UNIQUE (a)"),
    ).toEqual([]);
    expect(
      await locks({ status: "applied", sql: "CREATE TABLE t (a int)" }, "CREATE INDEX ON t (a)"),
    ).toEqual(["index-without-concurrently"]);
  });

  test("the way that the messages tell is without warnings when gone", async () => {
    const views = await review([
      "ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID",
      "ALTER TABLE t VALIDATE CONSTRAINT c",
      "ALTER TABLE t ALTER a SET NOT NULL; ALTER TABLE t DROP CONSTRAINT c",
    ]);
    expect(views.map((view) => view.locks)).toEqual([undefined, undefined, undefined]);
    const unproven = "ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID";
    expect(await locks(unproven, "ALTER TABLE t ALTER a SET NOT NULL")).toEqual(["set-not-null"]);
    expect(
      await locks(unproven, "ALTER TABLE t VALIDATE CONSTRAINT c", "ALTER TABLE t ALTER b SET NOT NULL"),
    ).toEqual(["set-not-null"]);
    expect(
      await locks(unproven, "ALTER TABLE t VALIDATE CONSTRAINT c", "ALTER TABLE u ALTER a SET NOT NULL"),
    ).toEqual(["set-not-null"]);
  });

  test("without a transaction the lock of ADD is given back before VALIDATE", async () => {
    const sql = "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c";
    expect(await locks({ sql, transactional: false })).toEqual([]);
  });

  test("locks are no losses, and say where they are and what to do", async () => {
    const [view] = await review(["SELECT 1;\nCREATE INDEX ON invoices (a)"]);
    expect(view?.destructive).toBeUndefined();
    expect(view?.locks).toEqual([
      {
        rule: "index-without-concurrently",
        severity: "lock",
        message: "index on invoices blocks writes while it is built: CREATE INDEX CONCURRENTLY",
        line: 2,
      },
    ]);
  });
});

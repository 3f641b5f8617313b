import { describe, expect, test } from "vitest";
import { losses } from "./support.js";

const narrows = async (sql: string) =>
  (await losses(sql)).some((loss) => loss.includes("narrow-type: t.a becomes "));

describe("a type that may not hold every value", () => {
  // Nobody knows what it was: what people widen to passes.
  test.each(
    "text varchar numeric bigint timestamptz jsonb citext text[] | varchar USING a::varchar | text USING a"
      .split(/ \| /)
      .flatMap((part, index) => (index === 0 ? part.split(" ") : [part])),
  )("a column of the past becomes %s", async (type) => {
    expect(await narrows(`ALTER TABLE t ALTER a TYPE ${type}`)).toBe(false);
  });

  test.each([
    "varchar(20)",
    "numeric(10, 2)",
    "int",
    "smallint",
    "real",
    "double precision",
    "date",
    "timestamp",
    "timestamptz(0)",
    "char",
    "json",
    "uuid USING a::uuid",
    "mood",
    "constructor",
    "bigint USING length(a)",
    "text USING b",
    "text USING a::int::text",
  ])("a column of the past becomes %s, narrower perhaps", async (type) => {
    expect(await narrows(`ALTER TABLE t ALTER a TYPE ${type}`)).toBe(true);
  });

  test.each<[string, string, boolean]>([
    ["int", "bigint", false],
    ["int", "double precision", false],
    ["int", "numeric(10)", false],
    ["int", "numeric(10, 2)", true],
    ["int", "real", true],
    ["bigint", "double precision", true],
    ["bigint", "int", true],
    ["numeric(10, 2)", "bigint", true],
    ["numeric(10, 2)", "numeric(12, 2)", false],
    ["numeric(10, 2)", "numeric(12, 4)", false],
    ["numeric(10, 2)", "numeric(10, 4)", true],
    ["numeric", "numeric(10, 2)", true],
    ["real", "double precision", false],
    ["varchar(10)", "varchar(20)", false],
    ["varchar(20)", "varchar(10)", true],
    ["varchar", "varchar(10)", true],
    ["char(10)", "varchar(10)", false],
    ["text", "varchar(10)", true],
    ["timestamp(3)", "timestamptz", false],
    ["timestamptz", "timestamp", true],
    ["timestamp", "timestamp(3)", true],
    ["date", "timestamp(0)", false],
    ["timestamptz", "date", true],
    ["json", "jsonb", false],
    ["serial", "bigint", false],
    ["text", "citext", false],
    ["int", "text", false],
    ["int[]", "int", true],
    ["text", "jsonb", true],
    ["constructor", "int", true],
  ])("%s made by the plan becomes %s: %s", async (from, to, expected) => {
    const change = `ALTER TABLE t ALTER a TYPE ${to}`;
    expect(await narrows(`CREATE TABLE t (a ${from}); ${change}`)).toBe(expected);
    expect(await narrows(`ALTER TABLE t ADD a ${from}; ${change}`)).toBe(expected);
    expect(await narrows(`ALTER TABLE t ALTER a TYPE ${from} USING f(); ${change}; SELECT 1`)).toBe(true);
  });

  test("what the plan knows of a column it forgets with its name", async () => {
    const change = "ALTER TABLE t ALTER a TYPE int";
    expect(await narrows(`ALTER TABLE t ADD a smallint; ${change}`)).toBe(false);
    expect(await narrows(`ALTER TABLE t ADD IF NOT EXISTS a smallint; ${change}`)).toBe(true);
    expect(await narrows(`ALTER TABLE t ADD b smallint; ALTER TABLE t RENAME b TO a; ${change}`)).toBe(true);
    expect(await narrows(`ALTER TABLE t ADD a smallint; ALTER TABLE t DROP a; ${change}`)).toBe(true);
    expect(await narrows(`ALTER TABLE t ADD a smallint; DO $$ BEGIN END $$; ${change}`)).toBe(true);
    expect(await narrows(`ALTER TABLE t ADD a smallint; SET search_path = x; ${change}`)).toBe(true);
  });
});

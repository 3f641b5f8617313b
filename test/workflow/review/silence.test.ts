import { describe, expect, test } from "vitest";
import { review, struck } from "./support.js";

const told = async (sql: string) => {
  const [view] = await review([sql]);
  return view === undefined ? [] : struck(view);
};

describe("a comment that allows a rule", () => {
  test.each([
    "-- migrate-remote: allow drop-column\nALTER TABLE t DROP a",
    "--migrate-remote:ALLOW Drop-Column because the notes moved, see the wiki\nALTER TABLE t DROP a",
    "-- migrate-remote: allow truncate, drop-column\n-- why\nALTER TABLE t DROP a",
    "ALTER TABLE t\n  -- migrate-remote: allow drop-column\n  DROP a",
    "ALTER TABLE t DROP a; -- migrate-remote: allow drop-column",
    "SELECT 'ünï 🙂'; ALTER TABLE t DROP a; -- migrate-remote: allow drop-column\nSELECT 1",
    "-- migrate-remote: no-transaction\n-- migrate-remote: allow drop-column\nALTER TABLE t DROP a",
  ])("%j", async (sql) => {
    const [view] = await review([sql]);
    expect(view).toMatchObject({ silenced: ["drop-column"] });
    expect(view && struck(view)).toEqual([]);
  });

  test.each<[string, string[]]>([
    ["-- migrate-remote: allow truncate\nALTER TABLE t DROP a", ["drop-column"]],
    ["-- migrate-remote: allow drop-column\nSELECT 1;\nALTER TABLE t DROP a", ["drop-column"]],
    ["ALTER TABLE t DROP a; -- migrate-remote: allow drop-column\nALTER TABLE t DROP b", ["drop-column"]],
    ["-- migrate-remote: allow drop-column\nALTER TABLE t DROP a; ALTER TABLE t DROP b", ["drop-column"]],
    ["SELECT '\n-- migrate-remote: allow drop-column\n'; ALTER TABLE t DROP a", ["drop-column"]],
    ["/* -- migrate-remote: allow drop-column\n*/ ALTER TABLE t DROP a", ["drop-column"]],
    ["-- migrate-remote: allow drop-column\nTRUNCATE a; ALTER TABLE t DROP a", ["truncate", "drop-column"]],
  ])("counts for its own statement and rule only: %j", async (sql, expected) => {
    expect(await told(sql)).toEqual(expected);
  });

  test("of two statements on a line it is the nearer one's", async () => {
    const [view] = await review(["DROP TABLE a; DROP TABLE b; -- migrate-remote: allow drop-table"]);
    expect(view?.destructive?.map(({ message }) => message)).toEqual(["drops table a"]);
  });

  test("unchecked counts for the whole migration, wherever it stands", async () => {
    for (const sql of [
      "DO $$ BEGIN END $$;\nSELECT 1;\n-- migrate-remote: allow unchecked because it only fills",
      "NOT SQL -- migrate-remote: allow unchecked",
    ]) {
      const [view] = await review([sql]);
      expect(view).toMatchObject({ silenced: ["unchecked"] });
      expect(view && struck(view)).toEqual([]);
    }
    expect(await told("-- migrate-remote: allow unchecked\nDO $$ BEGIN END $$; DROP TABLE a")).toEqual([
      "drop-table",
    ]);
    expect(await told("NOT SQL '-- migrate-remote: allow unchecked")).toEqual(["unchecked"]);
    const [view] = await review([
      { sql: "-- migrate-remote: allow drop-table\nDROP TABLE a", unchecked: true },
    ]);
    expect(view?.destructive).toMatchObject([{ rule: "unchecked" }]);
  });

  test.each<[string, string]>([
    ["allow drop-colum", "there is no rule drop-colum: did you mean drop-column?"],
    ["allow everything", "there is no rule everything"],
    ["allow drop-column - it moved", "there is no rule drop-column - it moved"],
    ["allow __proto__", "there is no rule __proto__"],
    ["alow drop-column", '"alow drop-column" means nothing: allow RULE, … because REASON'],
    ["allow", '"allow" means nothing: allow RULE, … because REASON'],
    ["allow drop-column,", '"allow drop-column," means nothing: allow RULE, … because REASON'],
  ])("that cannot be understood does not pass silently: %s", async (text, message) => {
    const [view] = await review([`SELECT 1;\n-- migrate-remote: ${text}\nALTER TABLE t DROP a`]);
    expect(view?.notes).toEqual([{ rule: "unknown-comment", severity: "note", message, line: 2 }]);
    expect(view?.destructive).toHaveLength(1);
  });

  test("that stands behind everything does not pass silently either", async () => {
    const [view] = await review(["DROP TABLE a;\n-- migrate-remote: allow drop-table\n"]);
    expect(view?.notes).toMatchObject([{ message: expect.stringContaining("behind the last statement") }]);
    expect(view?.destructive).toHaveLength(1);
  });
});

test("the configuration silences by name", async () => {
  const sql = "DROP TABLE a; TRUNCATE b; CREATE INDEX ON c (d); -- migrate-remote: allow nothing";
  const [view] = await review([sql], ["truncate", "unknown-comment", "index-without-concurrently"]);
  expect(view).toMatchObject({ silenced: ["truncate", "index-without-concurrently", "unknown-comment"] });
  expect(view && struck(view)).toEqual(["drop-table"]);
});

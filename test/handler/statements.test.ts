import fc from "fast-check";
import { parse } from "libpg-query";
import { describe, expect, it } from "vitest";
import { controlsTransaction, splitStatements } from "../../src/handler/engines/shared/statements.js";

const texts = (script: string) => splitStatements(script).map(({ text }) => text);

/** Statements that hold semicolons, quotes and keywords in every way that SQL knows. */
const statements = [
  "SELECT 1",
  "SELECT 'a;b', 'it''s; ok'",
  String.raw`SELECT E'a\';b', e'\\'`,
  String.raw`SELECT 'a\'`,
  "SELECT E'a'\n'b\\';c'",
  "SELECT 'a' -- c '\n 'b;'",
  "SELECT U&'d\\0061;', N'x;', B'01', X'1F'",
  'SELECT 1 AS "a;""b;"',
  "SELECT $$a;b$$, $tag$ $$; $tag $ta$ ; $tag$",
  "SELECT $ä$;$ä$",
  "SELECT a$b$ FROM (SELECT 1 AS a$b$) x",
  "SELECT /* ; /* nested ; */ ' still */ 2",
  "SELECT 1 -- ; not ' here\n",
  "SELECT 1 --/* no comment begins here",
  "CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; DELETE FROM b)",
  "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END",
  "CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC INSERT INTO t VALUES (1); END",
  "CREATE FUNCTION g() RETURNS int AS 'BEGIN; END' LANGUAGE plpgsql",
  "DO $$ BEGIN IF true THEN NULL; END IF; END $$",
  "BEGIN",
  "COMMIT",
  "SELECT (1), ((2))",
  "SELECT 1 AS begin, 2 AS atomic, 3 AS é",
  "SELECT '😀;', 1 - -1",
  "SELECT 1.5e3, 0x1F, 1_000",
];
const separators = [";", " ; ", ";\n", ";;\r\n", "\n;-- c;\n", ";/* ; */"];
const script = fc
  .array(fc.tuple(fc.constantFrom(...statements), fc.constantFrom(...separators)), { maxLength: 8 })
  .map((parts) => ({
    wanted: parts.map(([statement]) => statement),
    // A comment to the line's end needs the line's end before its separator.
    text: parts
      .map(([statement, separator]) => `${statement}${/--[^\n]*$/.test(statement) ? "\n" : ""}${separator}`)
      .join(""),
  }));

describe("splitting a script", () => {
  it("gives each statement, as it was written", () => {
    fc.assert(
      fc.property(script, ({ wanted, text }) => {
        const got = splitStatements(text);
        expect(got).toHaveLength(wanted.length);
        for (const [index, statement] of got.entries()) {
          expect(wanted[index]?.startsWith(statement.text)).toBe(true);
          expect(text.startsWith(statement.text, statement.start)).toBe(true);
        }
      }),
    );
  });

  it("agrees with PostgreSQL's own parser", async () => {
    await fc.assert(
      // The server joins strings across a comment and this parser does not, so that one statement stays out.
      fc.asyncProperty(script, async ({ wanted, text }) => {
        fc.pre(!wanted.some((statement) => statement.includes("-- c '")));
        const { stmts } = (await parse(`SELECT 0;${text}`)) as { stmts?: unknown[] };
        expect(splitStatements(text)).toHaveLength((stmts?.length ?? 0) - 1);
      }),
      { numRuns: 60 },
    );
  });

  it("loses nothing and ends on any text at all", () => {
    const nasty = fc.array(
      fc.constantFrom(
        "'",
        '"',
        "$",
        "$a$",
        "/*",
        "*/",
        "--",
        "\n",
        "\r",
        ";",
        "(",
        ")",
        "E",
        "\\",
        "a",
        " ",
        "ä",
        "😀",
        "1",
      ),
      {
        maxLength: 40,
      },
    );
    fc.assert(
      fc.property(nasty, (pieces) => {
        const text = pieces.join("");
        let end = 0;
        for (const statement of splitStatements(text)) {
          expect(statement.start).toBeGreaterThanOrEqual(end);
          expect(statement.text).not.toBe("");
          expect(text.slice(statement.start, statement.start + statement.text.length)).toBe(statement.text);
          end = statement.start + statement.text.length;
        }
      }),
    );
  });

  it("reaches to the end where something is never closed", () => {
    expect(texts("SELECT 1; SELECT 'a; SELECT 2;")).toEqual(["SELECT 1", "SELECT 'a; SELECT 2;"]);
    expect(texts("SELECT $x$ ; $y$")).toEqual(["SELECT $x$ ; $y$"]);
    expect(texts("SELECT 1 /* ; ")).toEqual(["SELECT 1"]);
  });

  it("takes a big script in a moment", () => {
    const began = performance.now();
    expect(splitStatements("INSERT INTO t VALUES ('x''y', $$z$$); -- c\n".repeat(50_000))).toHaveLength(
      50_000,
    );
    expect(performance.now() - began).toBeLessThan(5000);
  });
});

describe("a statement that begins or ends a transaction", () => {
  const controls = (text: string) => splitStatements(text).some(controlsTransaction);

  it.each([
    "BEGIN",
    "begin work",
    "/* c */ COMMIT",
    "End",
    "ABORT",
    "ROLLBACK",
    "rollback and chain",
    "ROLLBACK PREPARED 'x'",
    "START TRANSACTION",
    "PREPARE TRANSACTION 'x'",
    "COMMIT PREPARED 'x'",
  ])("is seen: %s", (text) => expect(controls(`SELECT 1; ${text};`)).toBe(true));

  it.each([
    "SAVEPOINT a",
    "ROLLBACK TO a",
    "ROLLBACK TRANSACTION TO SAVEPOINT a",
    "RELEASE a",
    "PREPARE q AS SELECT 1",
    "DO $$ BEGIN COMMIT; END $$",
    "SELECT 'BEGIN'",
    "-- COMMIT",
  ])("is not: %s", (text) => expect(controls(text)).toBe(false));
});

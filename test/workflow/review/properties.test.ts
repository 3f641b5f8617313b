import fc from "fast-check";
import { parse, scan } from "libpg-query";
import { expect, test } from "vitest";
import { ruleNames } from "../../../src/contract/rules.js";
import { lineComments } from "../../../src/contract/sql/lexer.js";
import { locks, losses, review, struck } from "./support.js";

const pieces = fc.constantFrom(
  ..."DROP TABLE a|TRUNCATE b|DELETE FROM c|ALTER TABLE d DROP e|ALTER TABLE d ALTER e TYPE int|CREATE INDEX ON f (g)".split(
    "|",
  ),
  ..."ALTER TABLE h ADD i serial|CREATE TABLE f (g int)|DO $$ BEGIN END $$|CALL p()|SELECT 'ä;🙂--'|VACUUM FULL".split(
    "|",
  ),
  "-- migrate-remote: allow drop-table\n",
  "-- migrate-remote: allow nonsense\n",
  "/* ; */",
);
const glue = fc.constantFrom(
  ";",
  ";\n",
  "; ",
  "\n",
  " ",
  "'",
  '"',
  "$$",
  "(",
  "--",
  "/*",
  "\0",
  "\ud800",
  "\r",
);
const mixed = fc
  .array(fc.tuple(pieces, fc.oneof({ weight: 4, arbitrary: fc.constant(";\n") }, glue)), { maxLength: 8 })
  .map((parts) => parts.flat().join(""));
const anyText = fc.oneof(mixed, fc.string({ unit: "binary" }), fc.string());

test("a review never throws, and what cannot be read is never told to be harmless", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyText, { minLength: 1, maxLength: 3 }), async (texts) => {
      const views = await review(texts);
      for (const [index, view] of views.entries()) {
        const unchecked = (view.destructive ?? []).filter(({ rule }) => rule === "unchecked");
        expect(unchecked).toHaveLength(await unreadable(texts[index] ?? ""));
      }
    }),
    { numRuns: 300 },
  );
});

/** How often `unchecked` has to strike: once for a text that is no SQL, else once for each statement that hides others. */
async function unreadable(text: string): Promise<number> {
  if (text.trim() === "") return 0;
  if (/\0|\p{Surrogate}/u.test(text)) return 1;
  try {
    const { stmts = [] } = await parse(text);
    return stmts.filter(({ stmt = {} }) => "DoStmt" in stmt || "CallStmt" in stmt).length;
  } catch {
    return 1;
  }
}

test("silencing one rule hides that one and no other", async () => {
  await fc.assert(
    fc.asyncProperty(mixed, fc.constantFrom(...ruleNames), async (text, silenced) => {
      const [all] = await review([text]);
      const [some] = await review([text], [silenced]);
      if (all === undefined || some === undefined) throw new Error("nothing was reviewed");
      expect(struck(some)).toEqual(struck(all).filter((rule) => rule !== silenced));
      const expected = new Set([...(all.silenced ?? []), ...struck(all).filter((rule) => rule === silenced)]);
      expect(new Set(some.silenced ?? [])).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});

test("an allowed rule in front of one statement changes nothing for the others", async () => {
  const statement = fc.constantFrom("DROP TABLE a", "TRUNCATE b", "DELETE FROM c", "ALTER TABLE d DROP e");
  await fc.assert(
    fc.asyncProperty(
      fc.array(statement, { minLength: 1, maxLength: 5 }),
      fc.nat(),
      fc.constantFrom("drop-table", "truncate", "delete-all", "drop-column"),
      async (statements, at, rule) => {
        const chosen = at % statements.length;
        const plain = statements.map((sql) => `${sql};`).join("\n");
        const allowing = statements
          .map((sql, index) => (index === chosen ? `-- migrate-remote: allow ${rule}\n${sql};` : `${sql};`))
          .join("\n");
        const before = (await losses(plain)).map((loss) => loss.replace(/^\d+ /, ""));
        const after = (await losses(allowing)).map((loss) => loss.replace(/^\d+ /, ""));
        expect(after).toEqual(before.filter((loss, index) => index !== chosen || !loss.startsWith(rule)));
      },
    ),
  );
});

test("our comments are PostgreSQL's", async () => {
  await fc.assert(
    fc.asyncProperty(anyText, async (text) => {
      fc.pre(!/\0|\p{Surrogate}/u.test(text) && text !== "");
      const tokens = await scan(text).then(
        (result) => result.tokens,
        () => undefined,
      );
      fc.pre(tokens !== undefined);
      const theirs = (tokens ?? []).filter(({ tokenName }) => tokenName === "SQL_COMMENT");
      const bytes = Buffer.from(text);
      expect([...lineComments(text)].map((comment) => comment.text)).toEqual(
        theirs.map(({ start, end }) => bytes.subarray(start, end).toString("utf8")),
      );
    }),
    { numRuns: 500 },
  );
});

test("a large migration is reviewed in moments", async () => {
  const sql = "INSERT INTO a VALUES ('ä');\n".repeat(20_000);
  const began = performance.now();
  expect(await losses(`${sql}DROP TABLE b`)).toEqual(["20001 drop-table: drops table b"]);
  expect(await locks(`SELECT ${"(".repeat(400)}1${")".repeat(400)}`)).toEqual([]);
  expect(performance.now() - began).toBeLessThan(10_000);
});

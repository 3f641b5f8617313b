import { afterAll, describe, expect, test } from "vitest";
import { contractKinds } from "../support/contract-kinds.js";
import { type Driven, drive } from "../support/matrix.js";
import { alembic, flaskMigrate, prisma, sqlFiles, sqlMap } from "../support/project-kinds.js";
import { type Columns, readTable, writeTable } from "../support/readme-table.js";

/**
 * The README's tables of what engines and contracts can do are what is seen here: each operation is asked through the front door of the real
 * projects and Lambdas of `test/fixtures`. UPDATE_README=1 writes them.
 */
type Column = Driven & { isPossible: () => boolean };

const tables: Record<string, Record<string, Column>> = {
  engines: {
    "SQL files": sqlFiles,
    "SQL map": sqlMap,
    Prisma: prisma,
    Alembic: alembic,
    "Flask-Migrate": flaskMigrate,
  },
  contracts: contractKinds,
};
const isWriting = process.env.UPDATE_README !== undefined;

describe.each(Object.entries(tables))("the table of %s", (table, columns) => {
  const seen: Columns = {};

  describe.each(Object.entries(columns))("%s", (heading, kind) => {
    test.runIf(kind.isPossible())("does what the README says", { timeout: 180_000 }, async () => {
      seen[heading] = await drive(kind);
      if (!isWriting) expect(seen[heading]).toEqual(readTable(table)[heading]);
    });
  });

  test("has no column that nobody drives", () => {
    if (!isWriting) expect(Object.keys(readTable(table)).sort()).toEqual(Object.keys(columns).sort());
  });

  afterAll(() => {
    if (isWriting && Object.keys(seen).length > 0) writeTable(table, "operation", seen);
  });
});

import { type LintFinding, lintFinding } from "../../contract/lint-rules.js";
import type { SchemaFacts } from "../../project/facts.js";

/** Of a migration that is looked at. */
interface Looked {
  file: string;
  revision: string;
  facts: SchemaFacts;
}

/** Foreign keys on columns that no index of any migration begins with: deleting a row of the other table then reads this one whole. */
export function unindexedForeignKeys(looked: Looked[], all: SchemaFacts[]): LintFinding[] {
  const indexes = all.flatMap((facts) => facts.indexes);
  return looked.flatMap(({ file, revision, facts }) =>
    facts.foreignKeys
      .filter(
        ({ table, columns }) =>
          !indexes.some((index) => index.table === table && beginsWith(index.columns, columns)),
      )
      .map(({ table, columns, line }) => {
        const message = `the foreign key on ${table} (${columns.join(", ")}) has no index`;
        const fix =
          "Add an index on it, so that deleting and updating what it refers to need not read the whole table.";
        return lintFinding("foreign-key-without-index", { file, revision, line }, message, fix);
      }),
  );
}

/** In whatever order: an index on (b, a) finds (a, b) as well. */
function beginsWith(index: string[], columns: string[]): boolean {
  const leading = new Set(index.slice(0, columns.length));
  return columns.every((column) => leading.has(column));
}

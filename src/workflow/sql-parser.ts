import type { ParseSql } from "./review/statements.js";
import { setFlag } from "./v8-flag.js";

/** `libpg-query` is optional: without it every migration is unchecked, and says so. */
export async function loadSqlParser(): Promise<ParseSql | undefined> {
  keepFromOptimizing();
  try {
    const { parse } = await import("libpg-query");
    return parse;
  } catch {
    return undefined;
  }
}

/** How many bytes V8 has executed of a function when it begins to optimize it: in Node 20, in 22 and newer. It tells nobody. */
const usualBudgets = [1_800_000, 13_000_000];

/**
 * PostgreSQL's parser is a few enormous functions. V8 begins to optimize them with the first statement, which takes half a second of processor
 * time and, on Node 24, 500 MiB; what is parsed here is done long before that.
 */
function keepFromOptimizing(): void {
  setFlag("wasm-tiering-budget", 2_000_000_000, usualBudgets);
}

import { cachedDataVersionTag, setFlagsFromString } from "node:v8";
import type { ParseSql } from "./review/statements.js";

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
  const usual = cachedDataVersionTag();
  setBudget(2_000_000_000);
  if (cachedDataVersionTag() === usual) return;
  // What is compiled can be kept for the next process only under the flags with which that one starts.
  process.prependOnceListener("exit", () => {
    for (const budget of usualBudgets) if (cachedDataVersionTag() !== usual) setBudget(budget);
  });
}

function setBudget(bytes: number): void {
  setFlagsFromString(`--wasm-tiering-budget=${bytes}`);
}

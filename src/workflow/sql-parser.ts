import { setFlagsFromString } from "node:v8";
import type { ParseSql } from "./review/statements.js";

/** `libpg-query` is optional: without it every migration is unchecked, and says so. */
export async function loadSqlParser(): Promise<ParseSql | undefined> {
  // PostgreSQL's parser is a few enormous functions. V8 begins to optimize them with the first statement, which takes half a second of
  // processor time and, on Node 24, 500 MiB; what is parsed here is done long before that. The bytes executed before it begins:
  setFlagsFromString("--wasm-tiering-budget=2000000000");
  try {
    const { parse } = await import("libpg-query");
    return parse;
  } catch {
    return undefined;
  }
}

import type { ParseSql } from "./review/statements.js";

/** `libpg-query` is optional: without it every migration is unchecked, and says so. */
export async function loadSqlParser(): Promise<ParseSql | undefined> {
  try {
    const { parse } = await import("libpg-query");
    return parse;
  } catch {
    return undefined;
  }
}

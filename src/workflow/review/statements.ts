import { isObject } from "../../contract/json.js";
import { tokens } from "../../contract/sql/lexer.js";
import { list, type Node } from "./ast.js";

/** One statement of a migration. */
export interface Statement {
  /** Its kind, such as `DropStmt`, and its body. */
  tree: Node;
  /** UTF-16 units, from behind the semicolon before it: white space and comments in front belong to it. `end` is exclusive. */
  start: number;
  end: number;
  /** The line, from 1, of its first word. */
  line: number;
}

/** PostgreSQL's own parser, as `libpg-query` ships it. */
export type ParseSql = (sql: string) => Promise<unknown>;

/** The statements, or why nobody can say what they are. Never throws. */
export async function readStatements(
  sql: string,
  parse: ParseSql | undefined,
): Promise<Statement[] | { unreadable: string }> {
  // The parser refuses an empty text.
  if (sql.trim() === "") return [];
  if (parse === undefined) return { unreadable: "PostgreSQL's parser (libpg-query) is not installed" };
  // The parser takes a NUL for the end, and miscounts half a surrogate pair: either way it would not see what follows.
  if (/\0|\p{Surrogate}/u.test(sql)) return { unreadable: "it has characters that no SQL has" };
  try {
    const tree = await parse(sql);
    return isObject(tree)
      ? place(list(tree.stmts), sql)
      : { unreadable: "PostgreSQL's parser cannot read it" };
  } catch {
    return { unreadable: "PostgreSQL's parser cannot read it" };
  }
}

/** From the parser's bytes to places in the text. */
function place(raw: Node[], sql: string): Statement[] {
  const unitAt = unitsOfBytes(sql);
  const lineAt = linesOf(sql);
  return raw.flatMap(({ stmt, stmt_location: location, stmt_len: length }) => {
    if (!isObject(stmt)) return [];
    const from = Number(location ?? 0);
    const start = unitAt(from);
    // Without a length it reaches to the end.
    const end = length === undefined ? sql.length : unitAt(from + Number(length));
    const [first] = tokens(sql.slice(start, end));
    return [{ tree: stmt, start, end, line: lineAt(start + (first?.start ?? 0)) }];
  });
}

function unitsOfBytes(sql: string): (byte: number) => number {
  const bytes = Buffer.byteLength(sql, "utf8");
  if (bytes === sql.length) return (byte) => byte;
  const units = new Uint32Array(bytes + 1);
  let byte = 0;
  let unit = 0;
  for (const character of sql) {
    units.fill(unit, byte, byte + Buffer.byteLength(character, "utf8"));
    byte += Buffer.byteLength(character, "utf8");
    unit += character.length;
  }
  units[bytes] = sql.length;
  return (at) => units[at] ?? sql.length;
}

/** The line of an offset, both growing from call to call. */
function linesOf(sql: string): (offset: number) => number {
  let line = 1;
  let next = sql.indexOf("\n");
  return (offset) => {
    while (next >= 0 && next < offset) {
      line += 1;
      next = sql.indexOf("\n", next + 1);
    }
    return line;
  };
}

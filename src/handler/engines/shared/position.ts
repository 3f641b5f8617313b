/** A place in a migration's source for a person: line and column from 1, the column in characters (code points). */
export interface Place {
  line: number;
  column: number;
  /** The whole line; absent where it is too long to show with a caret under it. */
  excerpt?: string;
}

const longestExcerpt = 1000;
const lineEnd = /\r\n|\r|\n/g;

/** Where a UTF-16 offset of a text lies. */
export function placeOf(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  let line = 1;
  let start = 0;
  for (const match of before.matchAll(lineEnd)) {
    // Between the \r and the \n of one line end the line has not ended yet.
    if (match[0] === "\r" && match.index + 1 === offset && text[offset] === "\n") break;
    line += 1;
    start = match.index + match[0].length;
  }
  const rest = text.slice(start).search(/\r|\n/);
  const content = rest < 0 ? text.slice(start) : text.slice(start, start + rest);
  const column = [...text.slice(start, offset)].length + 1;
  return { line, column, ...(content.length <= longestExcerpt ? { excerpt: content } : {}) };
}

/** PostgreSQL counts characters from 1; JavaScript counts UTF-16 units from 0, two for what lies beyond U+FFFF. */
export function utf16Offset(text: string, position: number): number {
  let characters = 1;
  let offset = 0;
  for (const character of text) {
    if (characters === position) return offset;
    characters += 1;
    offset += character.length;
  }
  return text.length;
}

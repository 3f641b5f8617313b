import { breaks } from "./text.js";
import { columnsOf } from "./width.js";

const colour = /\u001b\[[\d;]*m/g;
const beginning = /^(?:\u001b\[[\d;]*m| )*/;
const colourOrCharacter = /\u001b\[[\d;]*m|./gsu;

/**
 * Breaks the long lines of a foreign text. What goes on hangs under its own line: where that is indented, two columns further in, so that
 * the tail of a stack frame is not taken for a line of its own. A word longer than the line is broken too. Colours count for nothing.
 */
export function hang(text: string, width: number): string {
  return text
    .split("\n")
    .map((line) => (columnsOf(line) <= width ? line : hangLine(line, width)))
    .join("\n");
}

function hangLine(line: string, width: number): string {
  const lead = beginning.exec(line)?.[0] ?? "";
  const indent = lead.replace(colour, "").length;
  const hangsAt = indent === 0 ? 0 : Math.min(indent + 2, Math.floor(width / 2));
  const tail = `\n${" ".repeat(hangsAt)}`;
  const [first = "", ...words] = line.slice(lead.length).split(breaks);
  let { text: hung, column } = broken(first, { tail, hangsAt, width, column: indent });
  hung = lead + hung;
  for (const word of words) {
    const fits = column + 1 + columnsOf(word) <= width;
    const next = broken(word, { tail, hangsAt, width, column: fits ? column + 1 : hangsAt });
    hung += (fits ? " " : tail) + next.text;
    column = next.column;
  }
  return hung;
}

interface Place {
  tail: string;
  hangsAt: number;
  width: number;
  /** Where the word begins. */
  column: number;
}

function broken(
  word: string,
  { tail, hangsAt, width, column: start }: Place,
): { text: string; column: number } {
  const length = columnsOf(word);
  if (start + length <= width) return { text: word, column: start + length };
  let text = "";
  let column = start;
  for (const [character] of word.matchAll(colourOrCharacter)) {
    const wide = columnsOf(character);
    if (column + wide > width && column > hangsAt) {
      text += tail;
      column = hangsAt;
    }
    text += character;
    column += wide;
  }
  return { text, column };
}

/** A quote that stands open: none, '…, "…. */
export type Quote = "" | "'" | '"';

export interface ShellWord {
  /** What the program would get. */
  text: string;
  /** Open where the line ends. */
  quote: Quote;
}

/**
 * A line of bash up to the cursor, taken apart as bash does it, as far as words go: quotes and backslashes. The last word is the one at
 * the cursor, empty behind a space. Never throws: whatever is typed is a line.
 */
export function shellWords(line: string): ShellWord[] {
  const words: ShellWord[] = [];
  let text = "";
  let quote: Quote = "";
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at);
    const next = line.charAt(at + 1);
    if (character === "\\" && isEscape(quote, next)) {
      text += next;
      at += 1;
    } else if (quote !== "") {
      if (character === quote) quote = "";
      else text += character;
    } else if (character === "'" || character === '"') quote = character;
    else if (/\s/.test(character)) {
      if (!/\s|^$/.test(line.charAt(at - 1)) || text !== "") words.push({ text, quote });
      text = "";
    } else text += character;
  }
  return [...words, { text, quote }];
}

/** Within double quotes a backslash stands for itself before most characters. */
function isEscape(quote: Quote, next: string): boolean {
  if (quote === "'") return false;
  return quote === "" || /["\\$`]/.test(next);
}

/**
 * What has to be inserted in place of `replaced` so that the word becomes `value`; undefined where that cannot be typed there.
 * bash replaces what stands behind its last word break (`=`, `:`) or open quote, and closes the quote itself.
 */
export function insertion(value: string, typed: ShellWord & { replaced: string }): string | undefined {
  const { text, quote, replaced } = typed;
  const tail = shellWords(`${quote}${replaced}`).at(-1)?.text ?? "";
  const kept = text.endsWith(tail) ? text.length - tail.length : 0;
  const rest = value.slice(kept);
  // Without a quote a backslash helps; within one nothing does.
  if (quote === "'") return rest.includes("'") ? undefined : rest;
  if (quote === '"') return rest.includes("!") ? undefined : rest.replace(/["\\$`]/g, "\\$&");
  return rest.replace(/[^\p{L}\p{N}_@%+=:,./-]/gu, "\\$&");
}

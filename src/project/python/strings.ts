const escapes = new Map(Object.entries({ n: "\n", t: "\t", r: "\r", a: "\x07", b: "\b", f: "\f", v: "\v" }));

/**
 * The string whose opening quote ends at `from`: where it ends, and what it says. No value for bytes, for one with `{…}` to fill in, and
 * for a character given by its Unicode name. Undefined where it is never closed.
 */
export function decodeString(
  text: string,
  from: number,
  prefix: string,
  quotes: string,
): { end: number; value?: string } | undefined {
  const letters = prefix.toLowerCase();
  const isRaw = letters.includes("r");
  const isFilled = /[ft]/.test(letters);
  let isKnown = !letters.includes("b");
  let value = "";
  let at = from;
  while (at < text.length) {
    if (text.startsWith(quotes, at)) {
      const end = at + quotes.length;
      return isKnown ? { end, value } : { end };
    }
    const character = text[at] ?? "";
    if (quotes.length === 1 && (character === "\n" || character === "\r")) return undefined;
    if (character === "\\") {
      const escaped = isRaw ? rawEscape(text, at) : decodeEscape(text, at);
      if (escaped.value === undefined) isKnown = false;
      value += escaped.value ?? "";
      at = escaped.end;
    } else if (isFilled && (character === "{" || character === "}")) {
      const isDoubled = text[at + 1] === character;
      if (isDoubled) value += character;
      else if (character === "{") isKnown = false;
      at = isDoubled ? at + 2 : character === "{" ? endOfField(text, at + 1, quotes) : at + 1;
    } else {
      value += character;
      at += 1;
    }
  }
  return undefined;
}

function rawEscape(text: string, at: number): { value: string; end: number } {
  return { value: text.slice(at, at + 2), end: at + 2 };
}

function decodeEscape(text: string, at: number): { value?: string; end: number } {
  const rest = text.slice(at + 1, at + 12);
  const broken = /^(?:\r\n|\r|\n)/.exec(rest)?.[0];
  if (broken !== undefined) return { value: "", end: at + 1 + broken.length };
  const octal = /^[0-7]{1,3}/.exec(rest)?.[0];
  if (octal !== undefined)
    return { value: String.fromCodePoint(Number.parseInt(octal, 8)), end: at + 1 + octal.length };
  const hex = /^(?:x([\da-f]{2})|u([\da-f]{4})|U([\da-f]{8}))/i.exec(rest);
  if (hex !== null && /^[xuU]/.test(rest)) {
    const code = Number.parseInt(hex[1] ?? hex[2] ?? hex[3] ?? "", 16);
    const end = at + 1 + hex[0].length;
    return code > 0x10ffff ? { end } : { value: String.fromCodePoint(code), end };
  }
  const letter = rest[0] ?? "";
  if (/^[xuUN]/.test(letter)) return { end: at + 2 };
  if (letter === "\\" || letter === "'" || letter === '"') return { value: letter, end: at + 2 };
  // Python keeps the backslash before a letter that means nothing.
  return { value: escapes.get(letter) ?? `\\${letter}`, end: at + 2 };
}

/** Behind the `}` that ends a field; strings within one may have the outer string's quotes (since 3.12). */
function endOfField(text: string, from: number, quotes: string): number {
  let depth = 1;
  let at = from;
  while (at < text.length) {
    const character = text[at] ?? "";
    if (character === "{") depth += 1;
    if (character === "}") depth -= 1;
    at += 1;
    if (depth === 0) return at;
    if (quotes.length === 1 && (character === "\n" || character === "\r")) return text.length;
    if (character !== "'" && character !== '"') continue;
    const inner = text.startsWith(character.repeat(3), at - 1) ? character.repeat(3) : character;
    const string = decodeString(text, at - 1 + inner.length, "", inner);
    if (string === undefined) return text.length;
    at = string.end;
  }
  return at;
}

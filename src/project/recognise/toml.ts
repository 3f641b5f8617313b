/**
 * The strings and lists of strings of one table of a TOML file, which is all that is asked of one here; a key of any other kind is left
 * out, and so is everything that is not understood.
 */
export function readTomlTable(text: string, table: string): Map<string, string[]> | undefined {
  const lines = text.split(/\r\n|\r|\n/);
  const start = lines.findIndex((line) => headerOf(line) === table);
  if (start < 0) return undefined;
  const after = lines.slice(start + 1);
  const end = after.findIndex((line) => headerOf(line) !== undefined);
  const body = (end < 0 ? after : after.slice(0, end)).join("\n");
  const found = new Map<string, string[]>();
  for (const [, key = "", value = ""] of body.matchAll(entry)) {
    const texts = [...value.matchAll(part)].filter(([whole]) => !whole.startsWith("#"));
    found.set(
      key,
      texts.map(([, basic, literal]) =>
        basic === undefined ? (literal ?? "") : basic.replace(/\\(["\\])/g, "$1"),
      ),
    );
  }
  return found;
}

function headerOf(line: string): string | undefined {
  return /^\s*\[\[?\s*([\w.-]+)\s*\]\]?\s*(#.*)?$/.exec(line)?.[1];
}

const entry =
  /^[ \t]*([\w-]+)[ \t]*=[ \t]*(\[(?:[^\]"'#]|#[^\n]*|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')*\]|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')/gm;

const part = /#[^\n]*|"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'/g;

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
  for (const match of body.matchAll(
    /^[ \t]*([\w-]+)[ \t]*=[ \t]*(\[[^\]]*\]|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')/gm,
  )) {
    const [, key = "", value = ""] = match;
    found.set(
      key,
      [...value.matchAll(/"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'/g)].map(([, basic, literal]) =>
        basic === undefined ? (literal ?? "") : basic.replace(/\\(["\\])/g, "$1"),
      ),
    );
  }
  return found;
}

function headerOf(line: string): string | undefined {
  return /^\s*\[\[?\s*([\w.-]+)\s*\]\]?\s*(#.*)?$/.exec(line)?.[1];
}

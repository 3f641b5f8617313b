/** A scalar of a YAML file with the keys that lead to it; items of a list are `-`. */
export interface YamlValue {
  path: string[];
  value: string;
  line: number;
}

/** Finds a value by its keys; the first counts. */
export function byPath(values: YamlValue[]): (...path: string[]) => YamlValue | undefined {
  const found = new Map<string, YamlValue>();
  for (const value of values) {
    const key = value.path.join("\0");
    if (!found.has(key)) found.set(key, value);
  }
  return (...path) => found.get(path.join("\0"));
}

/**
 * What block mappings and lists of a YAML file say, as plain text: quotes and tags such as `!Sub` taken away. Anchors, flow style and blocks of
 * text are left out. Enough to read what tools write; never an error.
 */
export function readYaml(text: string): YamlValue[] {
  const found: YamlValue[] = [];
  const open: { indent: number; key: string }[] = [];
  let textBlock = -1;
  text.split(/\r\n|\r|\n/).forEach((raw, index) => {
    const line = raw.replace(/\t/g, "  ");
    if (line.trim() === "" || line.trimStart().startsWith("#") || /^(---|\.\.\.)/.test(line)) return;
    let indent = line.length - line.trimStart().length;
    if (textBlock >= 0) {
      if (indent > textBlock) return;
      textBlock = -1;
    }
    let rest = line.trim();
    close(open, indent, rest.startsWith("- ") || rest === "-");
    while (rest.startsWith("- ")) {
      open.push({ indent, key: "-" });
      const inner = rest.slice(2).trimStart();
      indent += rest.length - inner.length;
      rest = inner;
    }
    const pair = /^("[^"]*"|'[^']*'|[^\s#:{}[\]"'][^:#]*?)\s*:(?:\s+(.*))?$/.exec(rest);
    const path = open.map(({ key }) => key);
    if (pair?.[1] === undefined) {
      found.push({ path, value: scalar(rest), line: index + 1 });
      return;
    }
    const key = scalar(pair[1]);
    const value = pair[2] ?? "";
    open.push({ indent, key });
    if (/^[|>][-+\d]*\s*(#.*)?$/.test(value)) textBlock = indent;
    else if (value !== "") found.push({ path: [...path, key], value: scalar(value), line: index + 1 });
  });
  return found;
}

/** A list may stand as far in as the key that it belongs to. */
function close(open: { indent: number; key: string }[], indent: number, isItem: boolean): void {
  for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
    const isParent = isItem && last.key !== "-" ? last.indent <= indent : last.indent < indent;
    if (isParent) return;
    open.pop();
  }
}

function scalar(written: string): string {
  const text = written.replace(/^!\w+\s+/, "").trim();
  const quoted = /^"((?:[^"\\]|\\.)*)"|^'((?:[^']|'')*)'/.exec(text);
  if (quoted !== null) return quoted[1] ?? quoted[2]?.replaceAll("''", "'") ?? "";
  return text.replace(/\s+#.*$/, "");
}

/**
 * The options of one section, as Python's configparser reads them: continued lines are joined, `%(name)s` is replaced by what `[DEFAULT]`, the
 * section, or `given` says, `%%` is a percent sign. What is not there stays as it is written.
 */
export function readIniSection(
  text: string,
  section: string,
  given: Record<string, string> = {},
): Map<string, string> | undefined {
  const sections = readSections(text);
  const own = sections.get(section);
  if (own === undefined) return undefined;
  const all = new Map([...Object.entries(given), ...(sections.get("DEFAULT") ?? []), ...own]);
  return new Map([...all].map(([key, value]) => [key, interpolated(value, all, 0)]));
}

function readSections(text: string): Map<string, Map<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  let current: Map<string, string> | undefined;
  let last: string | undefined;
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (/^\s*[#;]/.test(line)) continue;
    if (line.trim() === "") {
      last = undefined;
      continue;
    }
    const header = /^\[([^\]]+)\]\s*$/.exec(line);
    if (header?.[1] !== undefined) {
      current = sections.get(header[1]) ?? new Map();
      sections.set(header[1], current);
      last = undefined;
      continue;
    }
    if (current === undefined) continue;
    if (/^\s/.test(line) && last !== undefined) {
      current.set(last, `${current.get(last) ?? ""}\n${line.trim()}`);
      continue;
    }
    const option = /^\s*([^=:]+?)\s*[=:]\s*(.*)$/.exec(line);
    if (option?.[1] === undefined) continue;
    last = option[1].toLowerCase();
    current.set(last, (option[2] ?? "").trim());
  }
  return sections;
}

function interpolated(value: string, all: ReadonlyMap<string, string>, depth: number): string {
  return value.replace(/%%|%\(([^)]+)\)s/g, (whole, name: string | undefined) => {
    if (name === undefined) return "%";
    const found = all.get(name) ?? all.get(name.toLowerCase());
    // configparser gives up at ten as well.
    return found === undefined || depth > 10 ? whole : interpolated(found, all, depth + 1);
  });
}

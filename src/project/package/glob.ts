/**
 * Whether a path, with `/` between its names, is meant by one of these patterns. A pattern without `/` means a name wherever it is, one with it is a path from
 * the root; what is below a folder that is meant is meant too. `*` and `?` stay within a name, `**` does not.
 */
export function matcher(patterns: readonly string[]): (path: string) => boolean {
  const tests = patterns.map(compiled);
  return (path) => {
    const names = path.split("/");
    return names.some((name, index) => {
      const upToHere = names.slice(0, index + 1).join("/");
      return tests.some(({ anchored, expression }) => expression.test(anchored ? upToHere : name));
    });
  };
}

function compiled(pattern: string): { anchored: boolean; expression: RegExp } {
  const plain = pattern.replace(/^\.?\//, "").replace(/\/+$/, "");
  const source = plain.replace(
    /\*\*\/|\*\*|\*|\?|[\\^$.|+()[\]{}]/g,
    (sign) => wildcards[sign] ?? `\\${sign}`,
  );
  return {
    anchored: plain.includes("/") || pattern.startsWith("/"),
    expression: new RegExp(`^${source}$`, "s"),
  };
}

const wildcards: Record<string, string> = { "**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]" };

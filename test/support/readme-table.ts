import { readFileSync, writeFileSync } from "node:fs";

const readme = new URL("../../README.md", import.meta.url);

/** Columns by their headings; each has a cell for every row's heading. */
export type Columns = Record<string, Record<string, string>>;

/** The table between the README's markers `NAME:begin` and `NAME:end`, by column and row. */
export function readTable(name: string): Columns {
  const [headings = [], , ...rows] = between(name).trim().split("\n").map(cellsOf);
  const columns = headings.slice(1).map((heading, index) => {
    const cells = rows.map((row) => [row[0] ?? "", row[index + 1] ?? ""]);
    return [heading, Object.fromEntries(cells)];
  });
  return Object.fromEntries(columns);
}

/** Puts columns in place of those of the same heading, and behind the others where there is none. */
export function writeTable(name: string, corner: string, seen: Columns): void {
  const columns = { ...readTable(name), ...seen };
  const headings = Object.keys(columns);
  const rows = Object.keys(Object.values(seen)[0] ?? {});
  const lines = [
    [corner, ...headings],
    [corner, ...headings].map(() => "---"),
    ...rows.map((row) => [row, ...headings.map((heading) => columns[heading]?.[row] ?? "")]),
  ].map((cells) => `| ${cells.join(" | ")} |`);
  const text = readFileSync(readme, "utf8");
  writeFileSync(
    readme,
    text.replace(markers(name), (_whole, begin, _old, end) => `${begin}\n${lines.join("\n")}\n${end}`),
  );
}

const markers = (name: string) => new RegExp(`(<!-- ${name}:begin -->)\\n([\\s\\S]*?)(<!-- ${name}:end -->)`);

function between(name: string): string {
  const table = markers(name).exec(readFileSync(readme, "utf8"))?.[2];
  if (table === undefined) throw new Error(`README.md has no markers ${name}:begin and ${name}:end`);
  return table;
}

function cellsOf(line: string): string[] {
  return line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}

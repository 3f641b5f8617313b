import type { PackedFile } from "../project/package/pack.js";
import { bytes } from "./size.js";
import type { Style } from "./style.js";
import { oneLine, plural, table } from "./text.js";

/** A package with its dependencies has thousands. */
const mostListed = 30;

/** The files of a package with their sizes; of many, the folders at the root with what they hold. `--verbose` lists all. */
export function packageFiles(files: readonly PackedFile[], style: Style): string[] {
  if (files.length === 0) return [];
  const rows = files.length <= mostListed || style.verbose ? files.map(fileRow) : folderRows(files);
  const width = Math.max(...rows.map(([size = ""]) => size.length));
  return table(rows.map(([size = "", ...rest]) => [`  ${size.padStart(width)}`, ...rest]));
}

function fileRow({ path, bytes: size }: PackedFile): string[] {
  return [bytes(size), oneLine(path)];
}

function folderRows(files: readonly PackedFile[]): string[][] {
  const entries = new Map<string, { size: number; count: number; isFolder: boolean }>();
  for (const { path, bytes: size } of files) {
    const [first = "", ...rest] = path.split("/");
    const entry = entries.get(first) ?? { size: 0, count: 0, isFolder: rest.length > 0 };
    entries.set(first, { ...entry, size: entry.size + size, count: entry.count + 1 });
  }
  return [...entries].map(([name, { size, count, isFolder }]) =>
    isFolder ? [bytes(size), `${oneLine(name)}/`, plural(count, "file")] : [bytes(size), oneLine(name)],
  );
}

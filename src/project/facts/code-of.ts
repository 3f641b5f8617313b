import { folderOf, within } from "../recognise/paths.js";
import type { FunctionFact } from "./fact.js";

const source = /\.(py|[cm]?[jt]s)$/;

/**
 * The file that a function's handler means, and undefined where it may be one of several: the infrastructure names it from its own file, from the
 * repository's root, or from a folder that nobody names. `index.handler` alone may be any index.
 */
export function codeOf(
  files: string[],
  { handler, where }: Pick<FunctionFact, "handler"> & { where: string },
): string | undefined {
  if (handler === undefined) return undefined;
  const path = handler.replace(/^\.\//, "").replace(/\.\w+$/, "");
  // Python leads through packages with dots.
  const stems = [path, path.replaceAll(".", "/")];
  const here = folderOf(where.replace(/:\d+$/, ""));
  const sources = files.filter((file) => source.test(file) && !file.endsWith(".d.ts"));
  for (const folder of new Set([here, ""])) {
    const exact = stems.map((stem) => within(folder, stem));
    const found = sources.find((file) => exact.includes(file.replace(source, "")));
    if (found !== undefined) return found;
  }
  const suffixes = stems.map((stem) => `/${within("", stem) ?? stem}`);
  const candidates = sources.filter((file) =>
    suffixes.some((suffix) => file.replace(source, "").endsWith(suffix)),
  );
  return candidates.length === 1 ? candidates[0] : undefined;
}

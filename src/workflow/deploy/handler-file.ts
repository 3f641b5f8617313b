import type { CodeState } from "../../remote/deployed-code.js";

/**
 * The file that Lambda will look for and the package does not have; undefined where it is there, or where it may come from elsewhere: a layer, or a runtime
 * that has its own rules.
 */
export function missingHandlerFile(
  { handler, runtime = "", hasLayers }: Pick<CodeState, "handler" | "runtime" | "hasLayers">,
  paths: readonly string[],
): string | undefined {
  if (handler === undefined || hasLayers || handler.startsWith("/")) return undefined;
  const module = handler.slice(0, handler.lastIndexOf("."));
  const candidates = candidatesFor(runtime, module);
  const has = new Set(paths);
  return candidates.some((path) => has.has(path)) ? undefined : candidates[0];
}

function candidatesFor(runtime: string, module: string): string[] {
  if (runtime.startsWith("nodejs")) {
    // `a/b.c.d` is export `c.d` of a/b: what is exported may have dots too.
    const [folder, name] = [
      module.slice(0, module.lastIndexOf("/") + 1),
      module.slice(module.lastIndexOf("/") + 1),
    ];
    const file = folder + (name.split(".")[0] ?? "");
    return ["js", "mjs", "cjs"].map((extension) => `${file}.${extension}`);
  }
  if (runtime.startsWith("python")) {
    const file = module.replaceAll(".", "/");
    return [`${file}.py`, `${file}/__init__.py`];
  }
  return [];
}

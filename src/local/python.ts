import { accessSync, constants } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/**
 * The Python that runs a handler: the one of the environment that is activated, else that of a `.venv` or `venv` beside the handler or above it
 * up to the root, else `python3` on PATH. Undefined where there is none.
 */
export function findPython(
  root: string,
  handlerFile: string,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (environment.VIRTUAL_ENV === undefined) {
    for (let folder = dirname(handlerFile); ; folder = dirname(folder)) {
      const own = [".venv", "venv"].map((name) => join(folder, name, "bin/python3")).find(isProgram);
      if (own !== undefined) return own;
      if (folder === root || folder === dirname(folder)) break;
    }
  }
  const folders = (environment.PATH ?? "").split(delimiter);
  return folders.map((folder) => join(folder, "python3")).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

import { accessSync, constants } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import type { FunctionDefinition } from "./functions.js";

/**
 * The Python that runs a handler: the one of the environment that is activated, else that of a `.venv` or `venv` in the project's folders or above
 * them up to the root, else `python3` on PATH. Undefined where there is none. The project's folders are the handler's and, where the function
 * is told it, that of `alembic.ini`.
 */
export function findPython(
  { root, environment: own }: Pick<FunctionDefinition, "root" | "environment">,
  handlerFile: string,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (environment.VIRTUAL_ENV === undefined) {
    const ini = own.ALEMBIC_CONFIG === undefined ? [] : [resolve(root, own.ALEMBIC_CONFIG)];
    const folders = [...ini, handlerFile].flatMap((file) => upward(dirname(file), root));
    const places = folders.flatMap((folder) =>
      [".venv", "venv"].map((name) => join(folder, name, "bin/python3")),
    );
    const found = places.find(isProgram);
    if (found !== undefined) return found;
  }
  const folders = (environment.PATH ?? "").split(delimiter);
  return folders.map((folder) => join(folder, "python3")).find(isProgram);
}

function upward(folder: string, root: string): string[] {
  const isEnd = folder === root || folder === dirname(folder);
  return isEnd ? [folder] : [folder, ...upward(dirname(folder), root)];
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

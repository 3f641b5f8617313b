import * as nodeModule from "node:module";
import { join } from "node:path";
import { privateFolder, type Surroundings } from "./folder.js";
import { keptLoader } from "./loader.js";

/** Node 22.1 and newer. */
type EnableCompileCache = (folder: string) => unknown;

/**
 * Keeps what is compiled of the program for the next time, in a folder of the user's own. Node can do so since 22.1, unasked in a folder for
 * temporary files that other users may have laid there; before that we do it. NODE_DISABLE_COMPILE_CACHE is heeded.
 */
export function keepCompiled(surroundings: Surroundings): void {
  if (surroundings.env.NODE_DISABLE_COMPILE_CACHE) return;
  const folder = privateFolder(surroundings);
  if (folder === undefined) return;
  const { enableCompileCache } = nodeModule as { enableCompileCache?: EnableCompileCache };
  if (enableCompileCache === undefined) loadKept(surroundings.dist, folder);
  else enableCompileCache(folder);
}

function loadKept(dist: string, folder: string): void {
  const { extensions } = nodeModule.createRequire(join(dist, "main.cjs"));
  const asEver = extensions[".js"];
  const load = keptLoader(folder);
  extensions[".cjs"] = (module, filename) => {
    if (filename.startsWith(dist)) load(module, filename);
    else asEver(module, filename);
  };
}

import * as nodeModule from "node:module";
import { join, sep } from "node:path";
import { folderOf, isPrivate, makeFolder, type Surroundings } from "./folder.js";
import { keptLoader } from "./loader.js";

/** Node 22.1 and newer. */
type EnableCompileCache = (folder: string) => unknown;

/**
 * Keeps what is compiled of the program for the next time, in a folder of the user's own. Node can do so since 22.1, unasked in a folder for
 * temporary files that other users may have laid there; before that we do it. NODE_DISABLE_COMPILE_CACHE is heeded.
 */
export function keepCompiled(surroundings: Surroundings): void {
  if (surroundings.env.NODE_DISABLE_COMPILE_CACHE) return;
  const { enableCompileCache } = nodeModule as { enableCompileCache?: EnableCompileCache };
  if (enableCompileCache === undefined) loadKept(surroundings);
  else enableIn(surroundings, enableCompileCache);
}

function enableIn(surroundings: Surroundings, enable: EnableCompileCache): void {
  try {
    const folder = folderOf(surroundings);
    if (folder === undefined) return;
    makeFolder(folder);
    if (isPrivate(folder)) enable(folder);
  } catch {
    // Without it everything is compiled anew.
  }
}

/** For what commands are carried out with. Where less is loaded (help, completion), looking for it takes as long as compiling. */
function loadKept(surroundings: Surroundings): void {
  const { extensions } = nodeModule.createRequire(join(surroundings.dist, "main.cjs"));
  const asEver = extensions[".js"];
  const chunks = join(surroundings.dist, "chunks") + sep;
  const first = join(surroundings.dist, "run-command.cjs");
  let load: ReturnType<typeof keptLoader> | undefined;
  extensions[".cjs"] = (module, filename) => {
    if (filename !== first && !filename.startsWith(chunks)) return asEver(module, filename);
    load ??= keptLoader(surroundings);
    load(module, filename);
  };
}

import { dirname, join, relative, resolve } from "node:path";
import { exists } from "../../project/exists.js";

/** The repository that a folder is in, and the folder's path in it with slashes; the folder itself where there is no repository. */
export async function repositoryOf(folder: string): Promise<{ root: string; path: string }> {
  const start = resolve(folder);
  for (let root = start; ; root = dirname(root)) {
    // A file in a worktree, a folder elsewhere.
    if (await exists(join(root, ".git"))) return { root, path: relative(root, start).replaceAll("\\", "/") };
    if (root === dirname(root)) return { root: start, path: "" };
  }
}

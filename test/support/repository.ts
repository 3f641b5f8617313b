import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach } from "vitest";

/** A way to make repositories of files; each is gone when its test has ended. */
export function repositories() {
  const folders: string[] = [];
  afterEach(async () => {
    await Promise.all(
      folders
        .splice(0)
        .map((folder) => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 })),
    );
  });
  return async (files: Record<string, string>): Promise<string> => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), "migrate-remote-test-")));
    folders.push(folder);
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
    return folder;
  };
}

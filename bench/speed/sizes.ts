import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as z from "zod";

const root = fileURLToPath(new URL("../../", import.meta.url));
const execute = promisify(execFile);
const packedSchema = z.array(z.object({ filename: z.string(), size: z.number(), unpackedSize: z.number() }));

export interface Sizes {
  /** Bytes of the tarball, and of the files in it. */
  packed: number;
  unpacked: number;
  /** What `npm install -g` of it brings, itself and what is optional for this machine included. */
  packages: number;
}

/** Packs what is built, and installs it into a folder of its own. */
export async function measureSizes(): Promise<Sizes> {
  const folder = await mkdtemp(join(tmpdir(), "migrate-remote-pack-"));
  try {
    const pack = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
    const { stdout } = await execute("npm", pack, { cwd: root });
    const [packed] = packedSchema.parse(JSON.parse(stdout));
    if (packed === undefined) throw new Error("npm pack packed nothing");
    const install = ["install", "--global", "--prefix", folder, "--no-audit", "--no-fund"];
    await execute("npm", [...install, join(folder, packed.filename)], { cwd: folder });
    const packages = await packagesIn(join(folder, "lib/node_modules"));
    return { packed: packed.size, unpacked: packed.unpackedSize, packages };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function packagesIn(folder: string): Promise<number> {
  const entries = await readdir(folder).catch(() => []);
  let count = 0;
  for (const entry of entries.filter((name) => !name.startsWith("."))) {
    const path = join(folder, entry);
    count += entry.startsWith("@")
      ? await packagesIn(path)
      : 1 + (await packagesIn(join(path, "node_modules")));
  }
  return count;
}

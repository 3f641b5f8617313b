import { readFile } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { deflateSync, Zip, type ZipInputFile } from "fflate";
import type { SourceFile } from "./collect.js";

/**
 * A zip whose bytes depend on nothing but the files' paths, contents and whether they are executable: the files come sorted, all have one time and one of two
 * modes, and the deflate is the library's own. Node's zlib is another one on other processors and in other versions, and gives other bytes.
 */
export async function zipFiles(files: readonly SourceFile[], signal: AbortSignal): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let failed: Error | undefined;
  const zip = new Zip((error, chunk) => {
    if (error === null) chunks.push(chunk);
    else failed = error;
  });
  for (const { path, file, executable } of files) {
    signal.throwIfAborted();
    // Reading lets others have their turn in between.
    const content = await readFile(file);
    const entry: ZipInputFile = {
      filename: path,
      size: content.byteLength,
      crc: crc32(content),
      compression: deflated,
      os: unix,
      attrs: (regularFile | (executable ? 0o755 : 0o644)) << 16,
      mtime: firstMoment(),
    };
    zip.add(entry);
    entry.ondata?.(null, deflateSync(content, { level: 6 }), true);
  }
  zip.end();
  if (failed !== undefined) throw failed;
  return Buffer.concat(chunks);
}

const deflated = 8;
const unix = 3;
const regularFile = 0o100000;

/** A zip's times have no zone, and the library writes what the clock on the wall says: noon of its first day is one everywhere. */
function firstMoment(): Date {
  return new Date(1980, 0, 1, 12);
}

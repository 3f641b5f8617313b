import type { Readable } from "node:stream";

/**
 * All bytes of an answer. The SDK's own asks first whether it is a stream of the web's kind, and Node loads all of those to say that it is
 * none.
 */
export function collectBody(body: Readable): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    body.on("data", (chunk: Buffer) => chunks.push(chunk));
    body.on("error", reject);
    body.on("end", () => resolve(Buffer.concat(chunks)));
  });
}

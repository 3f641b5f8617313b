import { finished, type Readable } from "node:stream";

/**
 * All bytes of an answer. The SDK's own asks first whether it is a stream of the web's kind, and Node loads all of those to say that it is
 * none. An answer that breaks off is an error, whoever broke it off.
 */
export function collectBody(body: Readable): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    finished(body, { writable: false }, (error) => (error ? reject(error) : resolve(Buffer.concat(chunks))));
    body.on("data", (chunk: Buffer) => chunks.push(chunk));
  });
}

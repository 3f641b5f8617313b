import { Readable } from "node:stream";

/**
 * All bytes of a body; undefined where it is no stream.
 *
 * @throws an error named TimeoutError when nothing more has come for `silenceMs`: the SDK's own timeout ends with the headers.
 */
export async function readWhole(body: unknown, silenceMs: number): Promise<Buffer | undefined> {
  if (!(body instanceof Readable)) return undefined;
  const silence = setTimeout(() => {
    const error = new Error(`Nothing more of the answer has come for ${silenceMs / 1000} s`);
    body.destroy(Object.assign(error, { name: "TimeoutError", code: "ETIMEDOUT" }));
  }, silenceMs);
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of body) {
      chunks.push(chunk as Buffer);
      silence.refresh();
    }
  } finally {
    clearTimeout(silence);
  }
  return Buffer.concat(chunks);
}

import { finished, Readable } from "node:stream";

/**
 * All bytes of a body; undefined where it is no stream.
 *
 * @param room gives a buffer of at least so many bytes; what is read is its beginning.
 * @throws an error named TimeoutError when nothing more has come for `silenceMs`: the SDK's own timeout ends with the headers.
 */
export async function readWhole(
  body: unknown,
  silenceMs: number,
  room: (size: number) => Buffer = Buffer.allocUnsafeSlow,
): Promise<Buffer | undefined> {
  if (!(body instanceof Readable)) return undefined;
  const silence = setTimeout(() => {
    const error = new Error(`Nothing more of the answer has come for ${silenceMs / 1000} s`);
    body.destroy(Object.assign(error, { name: "TimeoutError", code: "ETIMEDOUT" }));
  }, silenceMs);
  let whole = room(usualSize);
  let size = 0;
  const add = (chunk: Buffer) => {
    if (size + chunk.length > whole.length) {
      const larger = room(2 * (size + chunk.length));
      whole.copy(larger, 0, 0, size);
      whole = larger;
    }
    chunk.copy(whole, size);
    size += chunk.length;
    silence.refresh();
  };
  try {
    // Iterating would do the same with some promises for each piece.
    await new Promise<void>((resolve, reject) => {
      finished(body, { writable: false }, (error) => (error ? reject(error) : resolve()));
      body.on("data", (chunk: Buffer) => {
        try {
          add(chunk);
        } catch (error) {
          // There is no room for so much.
          reject(error);
          body.destroy();
        }
      });
    });
  } finally {
    clearTimeout(silence);
  }
  return whole.subarray(0, size);
}

/** A page is at most a mebibyte, and a little for what is around it. */
const usualSize = 1024 * 1024 + 16 * 1024;

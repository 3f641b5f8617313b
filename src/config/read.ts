import { open, stat } from "node:fs/promises";

const mostBytes = 1_000_000;

/** The text of a configuration, or why there is none, said of the file. Never throws, never waits for a writer. */
export async function readConfigText(path: string): Promise<{ text: string } | { unreadable: string }> {
  try {
    // Opening a FIFO would wait for a writer.
    if (!(await stat(path)).isFile()) return { unreadable: "is not a file" };
    const file = await open(path);
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(mostBytes + 1), 0, mostBytes + 1, 0);
      if (bytesRead > mostBytes) return { unreadable: "is larger than 1 MB; a configuration is a few lines" };
      return decode(buffer.subarray(0, bytesRead));
    } finally {
      await file.close();
    }
  } catch (error) {
    return { unreadable: explainReading((error as NodeJS.ErrnoException).code) };
  }
}

function decode(bytes: Uint8Array): { text: string } | { unreadable: string } {
  try {
    // The decoder also takes a byte order mark away.
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { unreadable: "is not UTF-8 text; save it as UTF-8" };
  }
}

function explainReading(code: string | undefined): string {
  if (code === "ENOENT") return "does not exist";
  if (code === "EACCES" || code === "EPERM") return "may not be read by this user";
  return `cannot be read (${code ?? "unknown error"})`;
}

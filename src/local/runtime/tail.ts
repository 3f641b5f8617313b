/** The last 4 KB of an invocation's log, which a caller of Invoke may ask for. */
export function createTail(limit = 4096) {
  let kept: Buffer[] = [];
  let size = 0;
  return {
    push(messages: string[]): void {
      for (const message of messages) {
        const bytes = Buffer.from(message);
        kept.push(bytes);
        size += bytes.length;
      }
      while (kept[0] && size - kept[0].length >= limit) size -= kept.shift()?.length ?? 0;
    },
    takeAll(): Buffer {
      const all = Buffer.concat(kept).subarray(-limit);
      kept = [];
      size = 0;
      return all;
    },
  };
}

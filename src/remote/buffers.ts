/** Buffers that are used again: the collector is slow to give back what lies outside of its heap. */
export interface Buffers {
  take(size: number): Buffer;
  /** Whoever gives back looks at it no more. */
  giveBack(buffer: Buffer): void;
}

const mostKept = 8;

export function makeBuffers(): Buffers {
  const free: ArrayBufferLike[] = [];
  return {
    take(size) {
      const at = free.findIndex(({ byteLength }) => byteLength >= size);
      const [found] = at === -1 ? [] : free.splice(at, 1);
      return found === undefined ? Buffer.allocUnsafeSlow(size) : Buffer.from(found);
    },
    giveBack({ buffer }) {
      if (free.length < mostKept && !free.includes(buffer)) free.push(buffer);
    },
  };
}

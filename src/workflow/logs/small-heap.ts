import { setFlag } from "../v8-flag.js";

/**
 * V8's young generation grows no further for the rest of this process. It would become 32 MiB where much is made and dropped, and what hangs
 * on that outside of the heap piles up (pieces from the network); nothing is won by it.
 */
export function keepHeapSmall(): void {
  setFlag("semi-space-growth-factor", 1, [2]);
}

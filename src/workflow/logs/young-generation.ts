import { setFlag } from "../v8-flag.js";

/**
 * V8 lets what it clears away most often grow no further, for the rest of this process. Where much is made and dropped it becomes 32 MiB
 * otherwise, what hangs on it outside of the heap piles up (pieces from the network), and nothing is won by it.
 */
export function keepYoungSmall(): void {
  setFlag("semi-space-growth-factor", 1, [2]);
}

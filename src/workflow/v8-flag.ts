import { cachedDataVersionTag, setFlagsFromString } from "node:v8";

/**
 * Sets a flag of V8 for the rest of this process. What is compiled can be kept for the next one only under the flags with which that one
 * starts, so at the end the flag is again what it was: one of `usual`, for V8 tells nobody.
 */
export function setFlag(name: string, value: number, usual: readonly number[]): void {
  const before = cachedDataVersionTag();
  const set = (to: number) => setFlagsFromString(`--${name}=${to}`);
  set(value);
  if (cachedDataVersionTag() === before) return;
  process.prependOnceListener("exit", () => {
    for (const known of usual) if (cachedDataVersionTag() !== before) set(known);
  });
}

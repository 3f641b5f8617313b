import type * as z from "zod";
import { once } from "./once.js";

/** Says whether something in a value from outside has this key. */
export interface Keys {
  has(key: string): boolean;
}

/** For the whole of a schema, whatever the value. */
export const anyKey: Keys = { has: () => true };

export interface SchemaByKeys<S extends z.ZodType> {
  /** Says the same as the whole one. */
  safeParse(value: unknown): z.ZodSafeParseResult<z.output<S>>;
  whole(): S;
}

/**
 * A schema takes longer to make than to use: where all is well, only those fields have one that something in the value, or in one before it,
 * has. What is wrong is told by the whole.
 */
export function byKeys<S extends z.ZodType>(make: (keys: Keys) => S): SchemaByKeys<S> {
  const whole = once(() => make(anyKey));
  const met = new Set<string>();
  let made: { schema: S; keys: number } | undefined;
  return {
    whole,
    safeParse: (value) => {
      addKeys(met, value);
      if (made?.keys !== met.size) made = { schema: make(met), keys: met.size };
      // What is used a few times is not worth compiling.
      const result = made.schema.safeParse(value, { jitless: true });
      return result.success ? result : whole().safeParse(value);
    },
  };
}

/** The optional fields of an object that can be in it; each is made only then. */
export function ifThere<F extends Record<string, () => z.ZodType>>(
  keys: Keys,
  fields: F,
): { [K in keyof F]: z.ZodOptional<ReturnType<F[K]>> } {
  const there = Object.entries(fields).filter(([key]) => keys.has(key));
  return Object.fromEntries(there.map(([key, make]) => [key, make().optional()])) as {
    [K in keyof F]: z.ZodOptional<ReturnType<F[K]>>;
  };
}

/** Not by recursion: an answer of a million brackets must not exhaust the stack. */
function addKeys(keys: Set<string>, value: unknown): void {
  const left = [value];
  while (left.length > 0) {
    const next = left.pop();
    if (typeof next !== "object" || next === null) continue;
    if (!Array.isArray(next)) for (const key of Object.keys(next)) keys.add(key);
    for (const inner of Object.values(next)) left.push(inner);
  }
}

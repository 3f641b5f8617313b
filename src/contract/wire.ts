/** Keys are camelCase in our code and snake_case on the wire. Both directions are mechanical, values are left alone. */
export function toWire(value: unknown): unknown {
  return mapKeys(value, (key) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), deepest);
}

export function fromWire(value: unknown): unknown {
  return mapKeys(
    value,
    (key) => key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    deepest,
  );
}

/** Our own shapes are five levels deep; an answer of a million brackets must not exhaust the stack. */
const deepest = 32;

function mapKeys(value: unknown, rename: (key: string) => string, depth: number): unknown {
  if (value === null || typeof value !== "object" || depth === 0) return value;
  if (Array.isArray(value)) return value.map((item) => mapKeys(item, rename, depth - 1));
  // Without a prototype a key called `__proto__` is only a key.
  const result: Record<string, unknown> = Object.create(null);
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) result[rename(key)] = mapKeys(item, rename, depth - 1);
  }
  return result;
}

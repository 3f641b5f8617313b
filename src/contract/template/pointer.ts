/** A JSON Pointer (RFC 6901), taken apart: `/a~1b/0` is `["a/b", "0"]`, the empty text is the whole. Undefined for what is none. */
export function parsePointer(text: string): string[] | undefined {
  if (text === "") return [];
  if (!text.startsWith("/") || /~(?![01])/.test(text)) return undefined;
  return text
    .slice(1)
    .split("/")
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** What stands there; undefined where nothing does, or where the text is no pointer. What an object inherits is not in it. */
export function valueAt(value: unknown, pointer: string): unknown {
  let found = value;
  for (const token of parsePointer(pointer) ?? [undefined]) {
    if (token === undefined || typeof found !== "object" || found === null) return undefined;
    if (Array.isArray(found) && !/^(0|[1-9]\d*)$/.test(token)) return undefined;
    if (!Object.hasOwn(found, token)) return undefined;
    found = (found as Record<string, unknown>)[token];
  }
  return found;
}

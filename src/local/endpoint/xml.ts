/** Writes nested records as XML elements; a list is its element once an item, and what is undefined is left out. */
export function toXml(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value !== "object") return escapeText(String(value));
  return Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .flatMap(([name, inner]) => (Array.isArray(inner) ? inner : [inner]).map((item) => element(name, item)))
    .join("");
}

function element(name: string, value: unknown): string {
  return `<${name}>${toXml(value)}</${name}>`;
}

function escapeText(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  // XML cannot say every character, not even escaped; a carriage return would be read as a line feed.
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, "\ufffd")
    .replace(/[&<>"]/g, (character) => entities[character] ?? character)
    .replaceAll("\r", "&#13;");
}

/** Writes nested records as XML elements. */
export function toXml(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value !== "object") return escapeText(String(value));
  return Object.entries(value)
    .map(([name, inner]) => `<${name}>${toXml(inner)}</${name}>`)
    .join("");
}

function escapeText(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}

import { isObject } from "../../contract/json.js";

/** A node of PostgreSQL's syntax tree as `libpg-query` gives it. Where a value is zero, false or empty its key is left out. */
export type Node = Record<string, unknown>;

export function list(value: unknown): Node[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function child(node: unknown, key: string): Node {
  const inner = isObject(node) ? node[key] : undefined;
  return isObject(inner) ? inner : {};
}

/** A relation as people write it. */
export function relation(node: unknown): string {
  if (!isObject(node)) return "?";
  return [node.schemaname, node.relname].filter((part) => typeof part === "string").join(".") || "?";
}

/** One relation, one key: a quoted name may itself hold a dot. */
export function relationKey(node: unknown): string {
  return isObject(node) ? nameKey([node.schemaname, node.relname]) : "";
}

/** The same for a name that comes as a list: `DROP TABLE a.b`. */
export function nameKey(parts: unknown[]): string {
  const [name, schema] = parts.filter((part) => typeof part === "string").reverse();
  return JSON.stringify([schema ?? "", name ?? ""]);
}

/** True of a key whose schema is found along the search_path. */
export function isUnqualified(key: string): boolean {
  return key.startsWith('["",');
}

/** The parts of a dropped object's name: it is a string, a list of strings, or something that has a name. */
export function nameParts(node: Node): string[] {
  const [inner] = Object.values(node);
  if (!isObject(inner)) return [];
  if (typeof inner.sval === "string") return [inner.sval];
  return list(inner.items ?? inner.names ?? inner.objname).flatMap(nameParts);
}

/** Whether an option such as ANALYZE or (CONCURRENTLY false) is on; the last one counts. */
export function isOn(options: unknown, name: string): boolean {
  const option = list(options)
    .map((item) => child(item, "DefElem"))
    .findLast(({ defname }) => defname === name);
  if (option === undefined) return false;
  if (!isObject(option.arg)) return true;
  const [kind, value] = Object.entries(option.arg)[0] ?? [];
  const said = isObject(value) ? (value.sval ?? value.boolval ?? value.ival) : undefined;
  if (kind === "String") return !["false", "off", "0", "no"].includes(String(said).toLowerCase());
  return said !== undefined && said !== false && said !== 0;
}

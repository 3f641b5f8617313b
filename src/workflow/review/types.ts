import { isObject } from "../../contract/json.js";
import { child, list, type Node } from "./ast.js";

/** A column's type. */
export interface SqlType {
  /** The catalog's name (`int8`), serials as what they are; with its schema where that is not the catalog. */
  name: string;
  /** Length, or precision and scale. */
  sizes: number[];
  isArray: boolean;
}

export function readType(typeName: unknown): SqlType {
  const node: Node = isObject(typeName) ? typeName : {};
  const names = list(node.names).map((part) => String(child(part, "String").sval ?? ""));
  const name = (names[0] === "pg_catalog" ? names.slice(1) : names).join(".");
  const sizes = list(node.typmods).map((size) => Number(child(child(size, "A_Const"), "ival").ival ?? 0));
  return { name: aliases.get(name) ?? name, sizes, isArray: list(node.arrayBounds).length > 0 };
}

export function isSerial(typeName: unknown): boolean {
  const names = list(child({ typeName }, "typeName").names);
  return /^(small|big)?serial[248]?$/.test(String(child(names.at(-1), "String").sval));
}

// Maps, because a type may be called `constructor`.
const aliases = new Map([
  ["smallserial", "int2"],
  ["serial2", "int2"],
  ["serial", "int4"],
  ["serial4", "int4"],
  ["bigserial", "int8"],
  ["serial8", "int8"],
]);

const written = new Map([
  ["int2", "smallint"],
  ["int4", "integer"],
  ["int8", "bigint"],
  ["float4", "real"],
  ["float8", "double precision"],
  ["bool", "boolean"],
  ["bpchar", "character"],
]);

export function showType({ name, sizes, isArray }: SqlType): string {
  return `${written.get(name) ?? name}${sizes.length > 0 ? `(${sizes.join(", ")})` : ""}${isArray ? "[]" : ""}`;
}

/**
 * Whether values may be cut, rounded or refused. Where the old type is unknown, what people widen to is taken for a widening: text,
 * varchar and numeric without a size, bigint, timestamptz, jsonb, citext. (Not double precision: of a numeric it keeps 15 digits.)
 */
export function isNarrowing(from: SqlType | undefined, to: SqlType): boolean {
  if (from === undefined) return to.sizes.length > 0 || !["text", "citext", ...widest].includes(to.name);
  return !holds(to, from);
}

const widest = ["varchar", "numeric", "int8", "timestamptz", "jsonb"];

function holds(to: SqlType, from: SqlType): boolean {
  if (["text", "varchar", "citext"].includes(to.name) && to.sizes.length === 0) return true;
  if (to.isArray !== from.isArray) return false;
  if (to.name === from.name) return holdsSizes(to, from);
  // A bare numeric holds any number; one with a size has to have room before the point.
  const digits = digitsOf.get(from.name);
  if (to.name === "numeric" && digits !== undefined) return whole(to) >= digits;
  if (to.name === "varchar" && from.name === "bpchar") return holdsSizes(to, from);
  return wider.get(from.name)?.includes(to.name) === true && holdsSizes(to, from);
}

const digitsOf = new Map([
  ["int2", 5],
  ["int4", 10],
  ["int8", 19],
]);

const wider = new Map([
  ["int2", ["int4", "int8", "float4", "float8"]],
  ["int4", ["int8", "float8"]],
  ["float4", ["float8"]],
  ["date", ["timestamp", "timestamptz"]],
  ["timestamp", ["timestamptz"]],
  ["json", ["jsonb"]],
]);

function whole({ sizes: [precision = Number.POSITIVE_INFINITY, scale = 0] }: SqlType): number {
  return precision - scale;
}

function holdsSizes(to: SqlType, from: SqlType): boolean {
  if (to.sizes.length === 0) return true;
  if (/^timestamp/.test(to.name)) return (to.sizes[0] ?? 6) >= (from.sizes[0] ?? 6) || from.name === "date";
  if (from.sizes.length === 0) return false;
  if (to.name === "numeric") return whole(to) >= whole(from) && (to.sizes[1] ?? 0) >= (from.sizes[1] ?? 0);
  return (to.sizes[0] ?? 0) >= (from.sizes[0] ?? 0);
}

/** Whether the table is written anew. Where the old type is unknown, only a change to text or varchar without a size is taken for free. */
export function rewrites(from: SqlType | undefined, to: SqlType): boolean {
  const isText = (name: string) => ["text", "varchar", "citext"].includes(name);
  if (isText(to.name) && to.sizes.length === 0) return from !== undefined && !isText(from.name);
  if (from === undefined || to.name !== from.name || to.isArray !== from.isArray) return true;
  if (to.name === "numeric" && to.sizes.length > 0) {
    return !holdsSizes(to, from) || (to.sizes[1] ?? 0) !== (from.sizes[1] ?? 0);
  }
  // A character(n) is padded, so each length is another value.
  if (to.name === "bpchar") return to.sizes[0] !== from.sizes[0];
  return !holdsSizes(to, from);
}

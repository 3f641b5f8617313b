import { isObject } from "../json.js";
import { valueAt } from "./pointer.js";
import type { Condition } from "./template.js";

export function holds(condition: Condition, value: unknown): boolean {
  const found = valueAt(value, condition.at);
  if ("exists" in condition) return (found !== undefined && found !== null) === condition.exists;
  return expected(condition).some((one) => equal(found, one));
}

/** True where a value of the kind that was expected says the opposite: false for true, 1 for 0. Another text may mean anything. */
export function denies(condition: Condition, value: unknown): boolean {
  if ("exists" in condition || holds(condition, value)) return false;
  const found = valueAt(value, condition.at);
  if (typeof found !== "boolean" && typeof found !== "number") return false;
  return expected(condition).some((one) => typeof one === typeof found);
}

function expected(condition: Exclude<Condition, { exists: boolean }>): unknown[] {
  return "is" in condition ? [condition.is] : condition.oneOf;
}

/** Equality of JSON. It is the second value, a person's own, that bounds how deep this goes. */
function equal(found: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(found) &&
      found.length === wanted.length &&
      wanted.every((item, index) => equal(found[index], item))
    );
  }
  if (!isObject(wanted)) return found === wanted;
  if (!isObject(found)) return false;
  const keys = Object.keys(wanted);
  return (
    Object.keys(found).length === keys.length &&
    keys.every((key) => Object.hasOwn(found, key) && equal(found[key], wanted[key]))
  );
}

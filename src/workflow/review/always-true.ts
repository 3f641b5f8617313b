import { isDeepStrictEqual } from "node:util";
import { isObject } from "../../contract/json.js";
import { child, list, type Node } from "./ast.js";

/** True where a condition is missing or holds for every row: `true`, `1 = 1`, `id = id`. What is not obvious counts as a condition. */
export function isUnbounded(where: unknown): boolean {
  return !isObject(where) || truth(where, 0) === true;
}

/** Whoever nests deeper than this did not write `WHERE true`. */
const deepest = 100;

function truth(node: Node, depth: number): boolean | undefined {
  if (depth > deepest) return undefined;
  const [kind, body] = Object.entries(node)[0] ?? [];
  if (!isObject(body)) return undefined;
  switch (kind) {
    case "A_Const":
      return truthOfConstant(body);
    case "TypeCast":
      return truth(child(body, "arg"), depth + 1);
    case "BoolExpr":
      return truthOfAll(
        String(body.boolop),
        list(body.args).map((argument) => truth(argument, depth + 1)),
      );
    case "A_Expr":
      return body.kind === "AEXPR_OP" ? truthOfComparison(body) : undefined;
    default:
      return undefined;
  }
}

function truthOfConstant(constant: Node): boolean | undefined {
  if (isObject(constant.boolval)) return constant.boolval.boolval === true;
  const text = isObject(constant.sval) ? String(constant.sval.sval ?? "").toLowerCase() : "";
  if (["t", "true", "y", "yes", "on", "1"].includes(text)) return true;
  return ["f", "false", "n", "no", "off", "0"].includes(text) ? false : undefined;
}

function truthOfAll(operator: string, truths: (boolean | undefined)[]): boolean | undefined {
  if (operator === "NOT_EXPR") return truths[0] === undefined ? undefined : !truths[0];
  const decisive = operator === "OR_EXPR";
  if (truths.includes(decisive)) return decisive;
  return truths.includes(undefined) ? undefined : !decisive;
}

function truthOfComparison({ name, lexpr, rexpr }: Node): boolean | undefined {
  const operator = list(name).map((part) => child(part, "String").sval)[0];
  const [left, right] = [withoutPlaces(lexpr), withoutPlaces(rexpr)];
  const order = compare(left, right);
  if (order === undefined) return undefined;
  switch (operator) {
    case "=":
      return order === 0;
    case "<>":
      return order !== 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
    default:
      return undefined;
  }
}

/** Of two columns only the same one, of constants those of one kind. */
function compare(left: Node, right: Node): number | undefined {
  if ("ColumnRef" in left || "A_Const" in left) if (isDeepStrictEqual(left, right)) return 0;
  const [a, b] = [constant(left), constant(right)];
  if (a === undefined || b === undefined || typeof a !== typeof b) return undefined;
  return a < b ? -1 : a > b ? 1 : 0;
}

function constant(node: Node): number | string | undefined {
  const { ival, sval } = child(node, "A_Const");
  if (isObject(ival)) return Number(ival.ival ?? 0);
  return isObject(sval) ? String(sval.sval ?? "") : undefined;
}

/** Only of what is a column or a constant: those are shallow. */
function withoutPlaces(node: unknown): Node {
  if (!isObject(node) || !("ColumnRef" in node || "A_Const" in node)) return {};
  return JSON.parse(JSON.stringify(node, (key, value) => (key === "location" ? undefined : value)));
}

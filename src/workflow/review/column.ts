import { isObject } from "../../contract/json.js";
import { child, list, type Node } from "./ast.js";
import { isSerial } from "./types.js";

/** A column as ADD COLUMN describes it, as far as rules ask. */
export interface AddedColumn {
  name: string;
  notNull: boolean;
  unique: boolean;
  check: boolean;
  references: boolean;
  /** Where its values come from; absent for `DEFAULT NULL` as well. */
  source?: "default" | "identity" | "serial" | "stored" | "virtual";
  /** The expression behind DEFAULT. */
  expression?: Node;
}

export function readColumn(definition: unknown): AddedColumn {
  const column = child(definition, "ColumnDef");
  const constraints = list(column.constraints).map((item) => child(item, "Constraint"));
  const has = (...types: string[]) => constraints.some(({ contype }) => types.includes(String(contype)));
  const generated = constraints.find(({ contype }) => contype === "CONSTR_GENERATED");
  const said = child(
    constraints.find(({ contype }) => contype === "CONSTR_DEFAULT"),
    "raw_expr",
  );
  const hasDefault = Object.keys(said).length > 0 && !isNull(said);
  const base = {
    name: String(column.colname),
    notNull: has("CONSTR_NOTNULL", "CONSTR_PRIMARY"),
    unique: has("CONSTR_UNIQUE", "CONSTR_PRIMARY"),
    check: has("CONSTR_CHECK"),
    references: has("CONSTR_FOREIGN"),
  };
  if (generated !== undefined)
    return { ...base, source: generated.generated_kind === "v" ? "virtual" : "stored" };
  if (has("CONSTR_IDENTITY")) return { ...base, source: "identity" };
  if (isSerial(column.typeName)) return { ...base, source: "serial" };
  return hasDefault ? { ...base, source: "default", expression: said } : base;
}

/** `NULL`, and `NULL::text` as tools write it. */
function isNull(expression: Node): boolean {
  const { A_Const: constant, TypeCast: cast } = expression;
  if (isObject(cast)) return child(child(cast, "arg"), "A_Const").isnull === true;
  return isObject(constant) && constant.isnull === true;
}

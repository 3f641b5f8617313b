import { isObject } from "../../contract/json.js";
import { child, list } from "./ast.js";

/**
 * PostgreSQL's own functions that give one answer throughout a statement, as people use them in defaults. Then the value is computed once and the
 * table is not rewritten. A test asks PostgreSQL whether each is.
 */
export const steadyFunctions: ReadonlySet<string> = new Set(
  `abs age array_append array_cat array_fill array_prepend btrim ceil ceiling concat concat_ws convert_from convert_to current_database
  current_schema current_setting date date_part date_trunc decode encode extract floor format initcap int4 int8
  json_build_array json_build_object json_object jsonb_build_array jsonb_build_object jsonb_object left length lower lpad ltrim
  make_date make_interval make_time make_timestamp make_timestamptz md5 now numeric repeat replace reverse right round row_to_json
  rpad rtrim sha256 similar_to_escape split_part sqrt statement_timestamp string_to_array substr substring text timezone to_char
  to_date to_hex to_json to_jsonb to_number to_timestamp to_tsvector transaction_timestamp translate trunc tstzrange upper version`.split(
    /\s+/,
  ),
);

/** True where the expression may give another value for each row: it calls a function that is not known to be steady. */
export function isVolatile(expression: unknown): boolean {
  const open: unknown[] = [expression];
  while (open.length > 0) {
    const value = open.pop();
    if (Array.isArray(value)) open.push(...value);
    if (!isObject(value)) continue;
    if (isObject(value.FuncCall) && !isSteady(value.FuncCall.funcname)) return true;
    open.push(...Object.values(value));
  }
  return false;
}

function isSteady(funcname: unknown): boolean {
  const names = list(funcname).map((part) => String(child(part, "String").sval));
  if (names.length > 1 && names[0] !== "pg_catalog") return false;
  return steadyFunctions.has(names.at(-1) ?? "");
}

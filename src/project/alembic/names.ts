import { type LintFinding, lintFinding } from "../../contract/lint-rules.js";
import { argument, callsAmong, type Operation, textOf, textsOf } from "./operations.js";

type Place = Pick<LintFinding, "file" | "revision">;

const named =
  "Give it a name, so that a later migration can drop it; a naming_convention on the metadata does so for all.";

/** Constraints without a name of their own, and how indexes are called. */
export function reviewNames(up: Operation[], down: Operation[], place: Place): LintFinding[] {
  const unnamed = (line: number, what: string) =>
    lintFinding("unnamed-constraint", { ...place, line }, `${what} has no name of its own`, named);
  return [
    ...up.flatMap((operation) => {
      if (operation.name === "create_table") {
        const constraints = callsAmong(
          operation.args,
          "ForeignKeyConstraint",
          "UniqueConstraint",
          "CheckConstraint",
        );
        return constraints
          .filter(({ keywords }) => isNameless(keywords.get("name")))
          .map(({ name, line }) => unnamed(line, kindOf(name)));
      }
      const creates = /^create_(foreign_key|unique_constraint|check_constraint)$/.exec(operation.name);
      const isUnnamed = creates !== null && isNameless(argument(operation, 0, "constraint_name"));
      if (isUnnamed) return [unnamed(operation.line, `the ${creates[1]?.replaceAll("_", " ")}`)];
      return operation.name === "create_index" ? indexName(operation, place) : [];
    }),
    ...[...up, ...down].flatMap((operation) => {
      const isUnnamed =
        operation.name === "drop_constraint" && isNameless(argument(operation, 0, "constraint_name"));
      if (!isUnnamed) return [];
      const message = "drop_constraint(None, …) always fails: it does not say which constraint";
      const fix = "Write the constraint's name; PostgreSQL's own for a foreign key is TABLE_COLUMN_fkey.";
      return [lintFinding("drop-unnamed-constraint", { ...place, line: operation.line }, message, fix)];
    }),
  ];
}

function isNameless(value: ReturnType<typeof argument>): boolean {
  return value === undefined || value.kind === "none";
}

function kindOf(call: string): string {
  const kind = /(\w+)Constraint$/.exec(call)?.[1] ?? "";
  return `the ${kind.replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase()}${kind.endsWith("Key") ? "" : " constraint"}`;
}

function indexName(operation: Operation, place: Place): LintFinding[] {
  const name = textOf(argument(operation, 0, "index_name"));
  const table = textOf(argument(operation, 1, "table_name"));
  const columns = textsOf(argument(operation, 2, "columns"));
  if (name === undefined || table === undefined) return [];
  const begin = `ix_${table}_`;
  if (
    name.startsWith(begin) ||
    name.startsWith(`uq_${table}_`) ||
    name.startsWith(`ix_${table}`.slice(0, 63))
  )
    return [];
  const suggested = `${begin}${(columns ?? ["column"]).join("_")}`.slice(0, 63);
  const at = { ...place, line: operation.line };
  return [
    lintFinding("index-name", at, `the index ${name} does not say what it is of`, `Call it ${suggested}.`),
  ];
}

import type { RawColumn, RawResult } from "../../session.js";

/** Numbers by which Prisma's engine knows the types of columns. */
const columnTypes = { int32: 0, int64: 1, boolean: 5, character: 6, text: 7, dateTime: 10 } as const;

/** PostgreSQL's types (their oids) that the engine's own statements give. Anything else is text, as it came. */
const byOid = new Map<number, number>([
  [16, columnTypes.boolean],
  [18, columnTypes.character],
  [20, columnTypes.int64],
  [21, columnTypes.int32],
  [23, columnTypes.int32],
  [1114, columnTypes.dateTime],
  [1184, columnTypes.dateTime],
]);

/** A result as the engine reads it. */
export interface ResultSet {
  columnNames: string[];
  columnTypes: number[];
  rows: (string | boolean | null)[][];
}

export function resultSet({ columns, rows }: RawResult): ResultSet {
  return {
    columnNames: columns.map(({ name }) => name),
    columnTypes: columns.map(typeOf),
    rows: rows.map((row) =>
      row.map((value, index) => {
        const column = columns[index];
        return value === null || column === undefined ? value : jsValue(value, typeOf(column));
      }),
    ),
  };
}

function typeOf({ type }: RawColumn): number {
  return byOid.get(type) ?? columnTypes.text;
}

function jsValue(value: string, type: number): string | boolean {
  if (type === columnTypes.boolean) return value === "t";
  return type === columnTypes.dateTime ? rfc3339(value) : value;
}

/** `2024-01-01 10:00:00.5+05:30` as `2024-01-01T10:00:00.5+05:30`; without a zone it is UTC. */
export function rfc3339(value: string): string {
  const [, date, time, zone = "+00"] =
    /^(\d+-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)([+-]\d\d(?::\d\d)?)?/.exec(value) ?? [];
  if (date === undefined || time === undefined) return value;
  return `${date}T${time}${zone.length === 3 ? `${zone}:00` : zone}`;
}

import * as z from "zod";
import type { Said } from "../answer.js";
import type { Request } from "../codec.js";
import { type HistoryQuery, tableNamePattern } from "../contract.js";
import { isObject } from "../json.js";
import { once } from "../once.js";
import type { MigrationEntry, Report } from "../report.js";
import { topFailure } from "../signs.js";

/** Document 003's second Lambda: `{"sql": …}` → `{body: {rows}}`. The SELECT is constant but for the table's name, which is checked. */
export function encodeHistory({ functionName, table }: HistoryQuery): Request {
  if (!tableNamePattern.test(table)) throw new Error(`${table} is not the name of a table`);
  const sql = `SELECT version, applied_at FROM ${table} ORDER BY applied_at, version`;
  return { functionName, payload: { sql } };
}

const answerSchema = once(() => {
  const version = z.union([z.string().min(1).max(10_000), z.int().transform(String)]);
  const moment = z.union([z.string().max(10_000), z.number(), z.null()]);
  // In the order of the SELECT, or by name.
  const row = z.union([
    z.tuple([version, moment]).transform(([revision, appliedAt]) => ({ revision, appliedAt })),
    z
      .looseObject({ version, applied_at: moment })
      .transform((fields) => ({ revision: fields.version, appliedAt: fields.applied_at })),
  ]);
  return z.looseObject({ rows: z.array(row).max(100_000) });
});

/** The applied rows as a status. What is pending the table cannot say, so no state is told. */
export function decodeHistory({ value, statusCode }: Said): Report | { unexpected: string } {
  const sign = topFailure(value);
  if (sign?.kind === "failure" || (statusCode !== undefined && (statusCode < 200 || statusCode > 299))) {
    return history([], sign?.message ?? `The query function answered with status ${statusCode}.`);
  }
  const parsed = answerSchema().safeParse(value);
  if (!parsed.success || sign !== undefined)
    return { unexpected: "it is not {rows: [version, applied_at]} of the query function" };
  const { rows } = parsed.data;
  if (countOf(value) !== undefined && countOf(value) !== rows.length) {
    return {
      unexpected: `it counts ${countOf(value)} rows and has ${rows.length}: the query function cut its answer`,
    };
  }
  return history(rows, undefined);
}

/** Before the first run there is no history table, and asking for it is PostgreSQL's error: the history is empty then. */
export function missingHistory({ table }: HistoryQuery, failure: string): Report | undefined {
  const name = table.toLowerCase().split(".").at(-1);
  const missing = [
    ...failure.matchAll(/(?<! of )relation \\?"(?:\w{1,63}\.)?(\w{1,63})\\?" does not exist/g),
  ].some(([, relation]) => relation?.toLowerCase() === name);
  if (!missing) return undefined;
  const message = `The query function finds no table ${table}. That is so before the first run, and where \`historyTable\` is another one.`;
  const report = history([], undefined);
  return { ...report, problems: [{ code: "no_history_table", message }, ...report.problems] };
}

function countOf(value: unknown): number | undefined {
  if (!isObject(value)) return undefined;
  const count = value.row_count ?? value.rowCount ?? value.rowcount ?? value.count;
  return typeof count === "number" ? count : undefined;
}

function history(
  rows: z.output<ReturnType<typeof answerSchema>>["rows"],
  failure: string | undefined,
): Report {
  const last = rows.at(-1);
  return {
    operation: "status",
    success: failure === undefined,
    engine: "sql",
    currentRevisions: last === undefined ? [] : [last.revision],
    headRevisions: [],
    migrations: rows.map(
      ({ revision, appliedAt }): MigrationEntry => ({
        revision,
        status: "applied",
        ...(typeof appliedAt === "string" ? { appliedAt } : {}),
      }),
    ),
    problems: [
      {
        code: "pending_unknown",
        message: "The history table says what is applied; what is pending it cannot say.",
      },
    ],
    ...(failure === undefined ? {} : { error: { code: "internal_error", message: failure } }),
  };
}

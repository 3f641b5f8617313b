import * as z from "zod";
import type { Said } from "../answer.js";
import type { Codec } from "../codec.js";
import type { AppliedListContract } from "../contract.js";
import { once } from "../once.js";
import type { Operation } from "../operations.js";
import { message } from "../redact.js";
import type { MigrationEntry, Report } from "../report.js";
import { topFailure } from "../signs.js";
import { decodeHistory, encodeHistory, missingHistory } from "./query-lambda.js";
import { onlyOurs, ourHandler } from "./unsupported.js";

const migratesAtOnce = "The function migrates on any event, so it cannot be asked for what it would do.";
const withQuery =
  'Name a second Lambda that answers SELECTs: "contract": {"preset": "applied-list", "queryFunction": "NAME"}.';

/**
 * Document 003: `{}` → `{success, migrations_applied, migrations_skipped}`. What is applied is read from the history table, through a second
 * Lambda where the configuration names one.
 */
export function appliedList({ query }: AppliedListContract): Codec {
  return {
    contract: "applied-list",
    unsupported: {
      ...(query === undefined ? { status: `${migratesAtOnce} ${withQuery}` } : {}),
      "dry-run": `${migratesAtOnce} \`migrate-remote run\` runs it without a plan. ${ourHandler("dry-run")}`,
      "fix-history": ourHandler("fix-history"),
      ...onlyOurs,
    },
    unsupportedOptions: {
      targetRevision: `It always applies everything. ${ourHandler("a target revision")}`,
      fixHistory: ourHandler("--fix-history"),
    },
    tracksRuns: false,
    verification: query === undefined ? "none" : "query",
    encode: (operation) => {
      if (operation.kind === "run") return { payload: {} };
      if (operation.kind === "status" && query !== undefined) return encodeHistory(query);
      // Whatever is sent to the function itself migrates.
      throw new Error(`contract applied-list has no event for ${operation.kind}`);
    },
    decode: (operation, said) =>
      operation.kind === "status" && query !== undefined ? decodeHistory(said) : decodeLists(operation, said),
    reconsider: ({ kind }, failure) =>
      kind === "status" && query !== undefined ? missingHistory(query, failure) : undefined,
  };
}

const name = once(() => z.string().min(1).max(10_000));

const answerSchema = once(() => {
  const names = z.array(name()).max(100_000).optional();
  return z.looseObject({ success: z.boolean(), migrations_applied: names, migrations_skipped: names });
});

const messageSchema = once(() => z.looseObject({ error: name().optional(), message: name().optional() }));

function decodeLists(operation: Operation, { value, statusCode }: Said): Report | { unexpected: string } {
  const sign = topFailure(value);
  const parsed = answerSchema().safeParse(value);
  if (!parsed.success) {
    if (sign?.kind !== "failure")
      return { unexpected: "it is not {success, migrations_applied, migrations_skipped}" };
    return report(operation, [], sign.message);
  }
  const { success, migrations_applied: applied, migrations_skipped: skipped = [] } = parsed.data;
  const badStatus = statusCode !== undefined && (statusCode < 200 || statusCode > 299);
  const migrations = [...entries(skipped, "skipped"), ...entries(applied ?? [], "applied")];
  if (!success || sign?.kind === "failure" || badStatus) {
    return report(
      operation,
      migrations,
      messageOf(value) ?? sign?.message ?? `The function answered with status ${statusCode}.`,
    );
  }
  if (sign !== undefined) return { unexpected: `it may speak of a failure: ${sign.message.slice(0, 200)}` };
  if (applied === undefined) return { unexpected: "it says success without the list migrations_applied" };
  if (new Set([...applied, ...skipped]).size < migrations.length) {
    return { unexpected: "it names a migration twice, as applied and as skipped or as applied two times" };
  }
  return report(operation, migrations, undefined);
}

function entries(revisions: string[], status: MigrationEntry["status"]): MigrationEntry[] {
  return revisions.map((revision) => ({ revision, status }));
}

function messageOf(value: unknown): string | undefined {
  const said = messageSchema().safeParse(value);
  const text = said.data?.error ?? said.data?.message;
  return text === undefined ? undefined : message(text);
}

function report(operation: Operation, migrations: MigrationEntry[], failure: string | undefined): Report {
  return {
    operation: operation.kind,
    success: failure === undefined,
    // All that the function knows is applied or was before.
    ...(failure === undefined ? { state: "up_to_date" } : {}),
    engine: "sql",
    currentRevisions: [],
    headRevisions: [],
    migrations,
    problems: [],
    ...(failure === undefined ? {} : { error: { code: "migration_failed", message: failure } }),
  };
}

import { randomBytes } from "node:crypto";
import { expect } from "vitest";
import { migrateRemote } from "../../src/contract/codecs/migrate-remote.js";
import type { Operation, RunOperation } from "../../src/contract/operations.js";
import type { Report } from "../../src/contract/report.js";
import { makeRunId } from "../../src/contract/run-id.js";
import {
  createHandler,
  type DatabaseOption,
  type HandlerOptions,
  type LambdaContext,
  type MigrationHandler,
  type SqlOptions,
  sql,
} from "../../src/handler/index.js";

export interface FarSide {
  handler: MigrationHandler;
  runResult(runId: string): Promise<Report>;
  fence(runId: string): Promise<Report>;
  listRuns(limit?: number): Promise<Report>;
  /** What was logged so far, one parsed object a line. */
  logs: Record<string, unknown>[];
  ask(operation: Operation, context?: LambdaContext): Promise<Report>;
  status(): Promise<Report>;
  dryRun(options?: { targetRevision?: string; fixHistory?: boolean }): Promise<Report>;
  run(options?: RunOptions, context?: LambdaContext): Promise<Report>;
  fixHistory(revision?: string): Promise<Report>;
}

export interface RunOptions {
  targetRevision?: string;
  fixHistory?: boolean;
  run?: Partial<RunOperation["run"]>;
}

export const runId = newRunId();

/** Another run each time it is called. */
export function newRunId(): string {
  return makeRunId(new Date(), randomBytes(4));
}

/** A handler, asked through the contract's own codec: what it takes and gives crosses JSON both ways. */
export function farSide(
  database: DatabaseOption,
  source: SqlOptions | Record<string, string>,
  options: Partial<HandlerOptions> = {},
): FarSide {
  const logs: Record<string, unknown>[] = [];
  const isOptions = "migrations" in source || "directory" in source;
  const engine = sql(isOptions ? (source as SqlOptions) : { migrations: source as Record<string, string> });
  const handler = createHandler({ engine, database, log: (line) => logs.push(JSON.parse(line)), ...options });
  const ask = async (operation: Operation, context?: LambdaContext) => {
    const event = JSON.parse(JSON.stringify(migrateRemote.encode(operation).payload));
    const answer = JSON.parse(JSON.stringify(await handler(event, context)));
    const report = migrateRemote.decode(operation, { kind: "said", value: answer, around: [] });
    if ("unexpected" in report) throw new Error(`${report.unexpected}: ${JSON.stringify(answer)}`);
    return report;
  };
  return { handler, logs, ask, ...operationsOf(ask) };
}

/** What can be asked of any far side, in short. */
export function operationsOf(ask: FarSide["ask"]) {
  const identity = (run: RunOptions["run"]) => ({ runId: newRunId(), part: 1, ...run });
  return {
    status: () => ask({ kind: "status" }),
    dryRun: (how: Parameters<FarSide["dryRun"]>[0] = {}) =>
      ask({ kind: "dry-run", fixHistory: false, ...how }),
    run: ({ run, ...how }: RunOptions = {}, context?: LambdaContext) =>
      ask({ kind: "run", fixHistory: false, ...how, run: identity(run) }, context),
    runResult: (runId: string) => ask({ kind: "run-result", runId }),
    fence: (runId: string) => ask({ kind: "fence-run", runId, requestedBy: "fence@test" }),
    listRuns: (limit = 20) => ask({ kind: "list-runs", limit }),
    fixHistory: (revision?: string) =>
      ask({ kind: "fix-history", run: identity({}), ...(revision === undefined ? {} : { revision }) }),
  };
}

/** `["001_users applied", …]`: what a report says of each migration. */
export function told(report: Report): string[] {
  return report.migrations.map(({ revision, status }) => `${revision} ${status}`);
}

export function expectSuccess(report: Report): Report {
  expect(report.error).toBeUndefined();
  expect(report.success).toBe(true);
  return report;
}

export function expectError(report: Report, code: string) {
  expect(report.error).toMatchObject({ code });
  expect(report.success).toBe(false);
  expect(report.error?.hint, `a hint for ${code}`).toBeTruthy();
  return report.error as NonNullable<Report["error"]>;
}

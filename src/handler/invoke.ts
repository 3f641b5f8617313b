import { type Operation, writes } from "../contract/operations.js";
import { startClock } from "./clock.js";
import { resolveConnection } from "./connection.js";
import { asRefusal, boundedText, isConnectionLost, isOfDatabase } from "./database-error.js";
import { parseDuration } from "./duration.js";
import { fromEnvironment } from "./environment/database.js";
import type { Log } from "./log.js";
import { atMostOnce } from "./operations/at-most-once.js";
import { prepareRepair, repairDryRun } from "./operations/fix-history.js";
import { fenceRun, listRuns, runResult } from "./operations/ledger.js";
import { prepareRun } from "./operations/run.js";
import { dryRun, status } from "./operations/status.js";
import type { Findings } from "./report.js";
import { type Notice, openSession } from "./session.js";
import { applicationName, applySettings, type SessionSettings } from "./session-settings.js";
import type { HandlerOptions, LambdaContext } from "./types.js";
import type { Purpose, Work } from "./work.js";

/** One operation over one connection, closed whatever happens. Throws a `Refusal` where the database could not be asked. */
export async function invoke(
  options: HandlerOptions,
  operation: Operation,
  { context, log, isIdentified }: { context: LambdaContext; log: Log; isIdentified: boolean },
): Promise<Findings> {
  const { engine } = options;
  const clock = startClock(options, context);
  const source = await engine.parts.source();
  const connection = await resolveConnection(options.database ?? fromEnvironment());
  const name = writes(operation)
    ? applicationName(operation.run.runId, operation.run.requestedBy)
    : applicationName(operation.kind);
  const lease = parseDuration("lease", options.lease ?? "5m");
  const settings = (purpose: Purpose): SessionSettings => ({
    applicationName: name,
    readOnly: purpose === "read",
    readCommitted: purpose !== "migrate",
    statementTimeout: purpose === "migrate" ? clock.migrationTimeout() : clock.readTimeout(),
    lockTimeout: purpose === "migrate" ? clock.lockTimeout : 10_000,
  });
  const purpose = writes(operation) ? "migrate" : "read";
  const onNotice = noticeLog(log);
  const open = async (how: Parameters<Work["open"]>[0] = {}, patience = 0) => {
    const session = await openSession(
      { ...connection, ...(how.database === undefined ? {} : { database: how.database }) },
      { connectTimeout: clock.connectTimeout, patience, onNotice },
    );
    try {
      await applySettings(session, settings(how.purpose ?? purpose));
      return session;
    } catch (error) {
      await session.close();
      throw asRefusal(error, connection);
    }
  };
  const runId = writes(operation) ? operation.run.runId : "";
  const attempt = async () => {
    // Nothing has been executed yet, so there is no harm in trying again.
    const first: Purpose = writes(operation) || operation.kind === "fence-run" ? "record" : "read";
    const session = await open({ purpose: first }, Math.min(longestPatience, clock.left() / 3));
    const shared = { engine, source, session, clock, log, runId, isIdentified, lease, settings };
    try {
      return await perform({ ...shared, open: (how) => open(how) }, operation);
    } finally {
      await session.close();
    }
  };
  try {
    return await (isReading(operation) ? twice(attempt, log) : attempt());
  } catch (error) {
    if (isOfDatabase(error)) throw asRefusal(error, connection);
    throw error;
  }
}

/** Milliseconds. */
const longestPatience = 15_000;

function isReading(operation: Operation): boolean {
  return !writes(operation) && operation.kind !== "fence-run";
}

/** What only reads may be asked again where the connection broke: a database that restarts ends all of them. */
async function twice<T>(attempt: () => Promise<T>, log: Log): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (!isConnectionLost(error)) throw error;
    log("warn", "connection_lost", "The connection to the database broke while it was read; reading again");
    return await attempt();
  }
}

function perform(work: Work, operation: Operation): Promise<Findings> {
  switch (operation.kind) {
    case "status":
      return status(work);
    case "dry-run":
      return dryRun(work, operation);
    case "run":
      return atMostOnce(work, operation, (lock, continued) => prepareRun(work, operation, lock, continued));
    case "fix-history":
      return atMostOnce(work, operation, (lock) => prepareRepair(work, operation, lock));
    case "fix-history-dry-run":
      return repairDryRun(work, operation);
    case "run-result":
      return runResult(work, operation);
    case "fence-run":
      return fenceRun(work, operation);
    case "list-runs":
      return listRuns(work, operation);
  }
}

const mostNotices = 100;

/** What a migration says by RAISE NOTICE; a loop may say it a million times. */
function noticeLog(log: Log): (notice: Notice) => void {
  let seen = 0;
  return ({ severity, message }) => {
    seen += 1;
    if (seen <= mostNotices) log("info", "notice", `${severity}: ${boundedText(message, 1000)}`);
    if (seen === mostNotices) log("info", "notice", "Further notices are not logged.");
  };
}

import { type Operation, writes } from "../contract/operations.js";
import { startClock } from "./clock.js";
import { resolveConnection } from "./connection.js";
import { asRefusal, boundedText } from "./database-error.js";
import type { Lock } from "./lock.js";
import { locked, releaseLock, takeLock } from "./lock.js";
import type { Log } from "./log.js";
import { fixHistory } from "./operations/fix-history.js";
import { run } from "./operations/run.js";
import { dryRun, status } from "./operations/status.js";
import { refusal } from "./refusal.js";
import type { Findings } from "./report.js";
import { type Notice, openSession } from "./session.js";
import { applicationName, applySettings, type SessionSettings } from "./session-settings.js";
import type { HandlerOptions, LambdaContext } from "./types.js";
import type { Work } from "./work.js";

/** One operation over one connection, closed whatever happens. Throws a `Refusal` where the database could not be asked. */
export async function invoke(
  options: HandlerOptions,
  operation: Operation,
  { context, log }: { context: LambdaContext; log: Log },
): Promise<Findings> {
  const { engine } = options;
  const clock = startClock(options, context);
  const source = await engine.parts.source();
  const connection = await resolveConnection(options.database);
  const name = writes(operation)
    ? applicationName(operation.run.runId, operation.run.requestedBy)
    : applicationName(operation.kind);
  const settings = (purpose: "read" | "migrate"): SessionSettings => ({
    applicationName: name,
    readOnly: purpose === "read",
    statementTimeout: purpose === "read" ? clock.readTimeout() : clock.migrationTimeout(),
    lockTimeout: purpose === "read" ? 10_000 : clock.lockTimeout,
  });
  const purpose = writes(operation) ? "migrate" : "read";
  const onNotice = noticeLog(log);
  const open: Work["open"] = async (how = {}) => {
    const session = await openSession(
      { ...connection, ...(how.database === undefined ? {} : { database: how.database }) },
      { connectTimeout: clock.connectTimeout, onNotice },
    );
    try {
      await applySettings(session, settings(how.purpose ?? purpose));
      return session;
    } catch (error) {
      await session.close();
      throw asRefusal(error, connection);
    }
  };
  const session = await open();
  const runId = writes(operation) ? operation.run.runId : "";
  const work: Work = { engine, source, session, clock, log, runId, settings, open };
  try {
    return await perform(work, operation);
  } catch (error) {
    if (isOfDatabase(error)) throw asRefusal(error, connection);
    throw error;
  } finally {
    await session.close();
  }
}

function perform(work: Work, operation: Operation): Promise<Findings> {
  switch (operation.kind) {
    case "status":
      return status(work);
    case "dry-run":
      return dryRun(work, operation);
    case "run":
      return withLock(work, (lock) => run(work, operation, lock));
    case "fix-history":
      return withLock(work, (lock) => fixHistory(work, operation, lock));
    default:
      throw refusal("unsupported_operation", `This handler cannot do ${operation.kind} yet.`);
  }
}

async function withLock(work: Work, act: (lock: Lock) => Promise<Findings>): Promise<Findings> {
  const lock = await takeLock(work.session);
  if ("holder" in lock) throw locked(lock.holder);
  try {
    return await act(lock);
  } finally {
    await releaseLock(work.session, lock);
  }
}

/** Errors with a code are PostgreSQL's, the network's or ours; anything else is told as it is. */
function isOfDatabase(error: unknown): boolean {
  return error instanceof Error && ("code" in error || /^(Connection|Client) /.test(error.message));
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

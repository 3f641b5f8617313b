import { notExecuted } from "../remote/execution.js";
import { forwardDatabases } from "../remote/forward-databases.js";
import type { Remote } from "../remote/open.js";
import { RemoteError } from "../remote/remote-error.js";

/**
 * A local stage's endpoint can be killed under a command, and nobody but the command will start it again. Where nobody listens any
 * more, it is opened anew and the call made again: a read in any case, what writes only where it provably never arrived.
 */
export async function revivable(open: () => Promise<Remote>): Promise<Remote> {
  let current = Promise.resolve(await open());

  async function call<T>(work: (remote: Remote) => Promise<T>, isGone = isOutOfReach): Promise<T> {
    const used = current;
    try {
      return await work(await used);
    } catch (error) {
      if (!isGone(error)) throw error;
      // Several calls notice at once; one of them opens.
      if (current === used) current = reopen(used);
      return work(await current);
    }
  }

  async function reopen(used: Promise<Remote>): Promise<Remote> {
    await (await used).close();
    return open();
  }

  const { code, farSide, inspection } = await current;
  const { functionName } = farSide;
  return {
    farSide: {
      functionName,
      configuration: () => call(({ farSide }) => farSide.configuration()),
      invoke: (payload, options) =>
        call(
          ({ farSide }) => farSide.invoke(payload, options),
          options.attempts === "once" ? neverArrived : isOutOfReach,
        ),
      logEvents: (query) => call(({ farSide }) => farSide.logEvents(query)),
      loadLogs: () => call(({ farSide }) => farSide.loadLogs()),
      account: () => call(({ farSide }) => farSide.account()),
    },
    // Nothing is deployed to a local stage.
    code,
    databases: forwardDatabases((work, kind) =>
      call(({ databases }) => work(databases), kind === "write" ? neverArrived : isOutOfReach),
    ),
    inspection,
    close: async () => (await current).close(),
  };
}

function isOutOfReach(error: unknown): boolean {
  return error instanceof RemoteError && error.code === "network";
}

function neverArrived(error: unknown): boolean {
  return isOutOfReach(error) && notExecuted(error) !== undefined;
}

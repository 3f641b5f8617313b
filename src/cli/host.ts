import { hostname, userInfo } from "node:os";

/** Everything of the outside that a command may touch. Tests hand in their own. */
export interface Host {
  stdout: OutputStream;
  stderr: OutputStream;
  stdin: NodeJS.ReadableStream & { isTTY?: boolean };
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  now: () => Date;
  randomBytes: (count: number) => Uint8Array;
  /** `user@host`, for the record of who asked. */
  requestedBy: () => string;
  /** Calls back on SIGINT and SIGTERM until the returned function is called. */
  onSignal: (listener: (signal: "SIGINT" | "SIGTERM") => void) => () => void;
  /** The folder of the built program, with trailing slash. */
  dist: string;
  version: string;
}

export type OutputStream = NodeJS.WritableStream & { isTTY?: boolean; columns?: number };

export function processHost(dist: string, version: string): Host {
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    // Made on first use, as Node makes it: a stream takes its time, and most commands ask nothing.
    get stdin() {
      return process.stdin;
    },
    env: process.env,
    cwd: process.cwd(),
    now: () => new Date(),
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
    requestedBy: () => `${userName()}@${hostname()}`,
    onSignal: (listener) => {
      process.on("SIGINT", listener);
      process.on("SIGTERM", listener);
      return () => {
        process.off("SIGINT", listener);
        process.off("SIGTERM", listener);
      };
    },
    dist,
    version,
  };
}

/** A container may run as a user that has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? "unknown"}`;
  }
}

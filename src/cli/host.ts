import type { ProcessStreams } from "./process-streams.js";

/** Everything of the outside that a command may touch. Tests hand in their own. */
export interface Host {
  stdout: OutputStream;
  stderr: OutputStream;
  /** Writes to stdout what is the whole answer: help, a version, candidates. */
  print: (text: string) => void;
  /** Columns of the terminal that stdout is; undefined where it is none. */
  width: () => number | undefined;
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

export function processHost(dist: string, version: string, streams: ProcessStreams): Host {
  return {
    // Made on first use: a stream takes its time, and most commands ask nothing.
    get stdout() {
      return streams.stdout;
    },
    get stderr() {
      return streams.stderr;
    },
    print: streams.print,
    width: streams.width,
    get stdin() {
      return process.stdin;
    },
    env: process.env,
    cwd: process.cwd(),
    now: () => new Date(),
    // The SDK has loaded it by then; the global `crypto` is a module more.
    randomBytes: (count) => process.getBuiltinModule("node:crypto").randomBytes(count),
    requestedBy,
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

/** A container may run as a user that has no name. Nothing else needs the module, and help and completion not even that. */
function requestedBy(): string {
  const { hostname, userInfo } = process.getBuiltinModule("node:os");
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return `uid-${process.getuid?.() ?? "unknown"}@${hostname()}`;
  }
}

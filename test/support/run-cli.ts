import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { type Host, run } from "../../src/main.js";

export const dist = fileURLToPath(new URL("../../dist/", import.meta.url));

export interface CliEnd {
  exitCode: number;
  stdout: string;
  stderr: string;
  /** The one object on stdout; throws when there is anything else. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects and fails where it is not there
  json: () => any;
}

export interface CliOptions {
  cwd: string;
  env?: Record<string, string>;
  /** Both streams and stdin look like a terminal; what is typed there. */
  terminal?: { typed: string | AsyncIterable<string> };
  /** Sends a signal when called. */
  signals?: SignalSource;
  /** Called with what is written to stdout, as it is written. */
  onStdout?: (text: string) => void;
  onStderr?: (text: string) => void;
}

export interface SignalSource {
  listeners: Set<(signal: "SIGINT" | "SIGTERM") => void>;
}

/** The CLI through its front door, in this process. */
export async function runCli(argv: string[], options: CliOptions): Promise<CliEnd> {
  const stdout = capture(options.terminal !== undefined, options.onStdout);
  const stderr = capture(options.terminal !== undefined, options.onStderr);
  const host: Host = {
    stdout: stdout.stream,
    stderr: stderr.stream,
    print: (text) => void stdout.stream.write(text),
    width: () => stdout.stream.columns,
    stdin: Object.assign(typedBy(options.terminal?.typed ?? []), {
      isTTY: options.terminal !== undefined,
    }),
    // Notes about runs are kept with the test, not in the home of whoever runs it.
    env: { XDG_STATE_HOME: join(options.cwd, ".state"), ...options.env },
    cwd: options.cwd,
    now: () => new Date(),
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
    requestedBy: () => "tester@here",
    onSignal: (listener) => {
      options.signals?.listeners.add(listener);
      return () => void options.signals?.listeners.delete(listener);
    },
    dist,
    version: "0.0.0-test",
  };
  const exitCode = await run(argv, host);
  const text = stdout.text();
  return { exitCode, stdout: text, stderr: stderr.text(), json: () => JSON.parse(text) };
}

function typedBy(typed: string | Iterable<string> | AsyncIterable<string>): Readable {
  return Readable.from(typeof typed === "string" ? [typed] : typed);
}

function capture(isTTY: boolean, onText?: (text: string) => void) {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      onText?.(String(chunk));
      done();
    },
  });
  // What a terminal's stream has on top; the codes themselves are not looked at here.
  const still = () => true;
  const terminal = isTTY
    ? { cursorTo: still, clearLine: still, moveCursor: still, getColorDepth: () => 4 }
    : {};
  // Like process.stdout and stderr it cannot be ended by whoever pipes into it.
  const end = () => stream;
  return {
    stream: Object.assign(stream, { isTTY, columns: 80, end }, terminal),
    text: () => chunks.join(""),
  };
}

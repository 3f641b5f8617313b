import { fstatSync, statSync, writeSync } from "node:fs";
import type { OutputStream } from "./host.js";

/** Standard output and error of this process. */
export interface ProcessStreams {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Writes to standard output what is there already, whole; no stream is made for it. */
  print: (text: string) => void;
  /** Columns of the terminal that standard output is; undefined where it is none. */
  width: () => number | undefined;
  /** Calls back once what was written has left, with 1 where the result could not be written, else 0. */
  ended: (done: (unwritten: 0 | 1) => void) => void;
}

/**
 * Node takes some milliseconds to make each stream, so that is done when it is first used. Who reads us may leave (`| head`): that changes nothing of
 * what a run does, nor how it ended. A full disk is told.
 */
export function processStreams(): ProcessStreams {
  const made: { stdout?: OutputStream; stderr?: OutputStream } = {};
  let unwritten: 0 | 1 = 0;

  function notWritten(error: NodeJS.ErrnoException): void {
    if (error.code === "EPIPE" || unwritten !== 0) return;
    unwritten = 1;
    streams.stderr.write(`migrate-remote: the result could not be written: ${error.message}\n`);
  }

  const streams: ProcessStreams = {
    get stdout() {
      made.stdout ??= process.stdout.on("error", notWritten);
      return made.stdout;
    },
    get stderr() {
      made.stderr ??= process.stderr.on("error", () => {});
      return made.stderr;
    },
    print: (text) => {
      const rest = made.stdout === undefined ? writtenAtOnce(Buffer.from(text)) : text;
      if (rest.length > 0) streams.stdout.write(rest);
    },
    width: () => (isDevice(1) ? streams.stdout.columns : undefined),
    ended: (done) => {
      emptied(made.stdout, (error) => {
        if (error) notWritten(error);
        emptied(made.stderr, () => done(unwritten));
      });
    },
  };
  return streams;
}

/** Gives what is left: a reader that is gone, a full disk or a busy terminal is the stream's matter, as is the console of Windows. */
function writtenAtOnce(bytes: Buffer): Buffer {
  let written = 0;
  try {
    while (written < bytes.length && process.platform !== "win32") written += writeSync(1, bytes, written);
  } catch {
    // What it is about is said when the rest is written.
  }
  return bytes.subarray(written);
}

/** A terminal is one; a pipe, a file and nothing at all are none. Windows has consoles that cannot be asked. */
function isDevice(file: number): boolean {
  if (process.platform === "win32") return true;
  const facts = fstatSync(file);
  return facts.isCharacterDevice() && facts.rdev !== statSync("/dev/null", { throwIfNoEntry: false })?.rdev;
}

function emptied(stream: OutputStream | undefined, done: (error?: Error | null) => void): void {
  if (stream === undefined) done();
  else stream.write("", done);
}

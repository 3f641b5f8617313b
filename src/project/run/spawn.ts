import { spawn } from "node:child_process";

export interface Finished {
  /** Undefined: it was not found, or a signal ended it. */
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
}

export interface SpawnOptions {
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  input?: string;
  signal?: AbortSignal;
  /** Told what it writes, as it writes it. */
  onOutput?: (text: string) => void;
  /** Milliseconds until it is ended. */
  timeout?: number;
  /** It has our terminal, so that it can ask; what it says goes to stderr and is not kept. */
  interactive?: boolean;
}

/** As much of an answer as anybody reads. */
const most = 64 << 20;

/** Runs a program without a shell: each argument reaches it as it is. Ends it, and what it started, when the signal comes. */
export function runProgram([program = "", ...args]: string[], options: SpawnOptions): Promise<Finished> {
  const { cwd, env, input, signal, onOutput, timeout, interactive = false } = options;
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...env },
      stdio: interactive ? ["inherit", 2, "inherit"] : ["pipe", "pipe", "pipe"],
      // A group of its own can be ended whole; but a terminal talks to the foreground's alone.
      detached: !interactive,
    });
    const output = { stdout: "", stderr: "" };
    const stop = () => {
      try {
        if (interactive) child.kill("SIGTERM");
        else if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      } catch {
        // It has ended already.
      }
    };
    const timer = timeout === undefined ? undefined : setTimeout(stop, timeout);
    const end = (exitCode: number | undefined) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
      resolve({ exitCode, ...output });
    };
    for (const name of ["stdout", "stderr"] as const) {
      child[name]?.setEncoding("utf8");
      child[name]?.on("data", (text: string) => {
        if (output[name].length < most) output[name] += text;
        onOutput?.(text);
      });
    }
    child.on("error", () => end(undefined));
    child.on("close", (code) => end(code ?? undefined));
    // It may end without reading what it is told.
    child.stdin?.on("error", () => {});
    child.stdin?.end(input ?? "");
    signal?.addEventListener("abort", stop, { once: true });
    if (signal?.aborted === true) stop();
  });
}

import { type ChildProcess, spawn } from "node:child_process";
import { recordChild } from "../children.js";
import { readIfExists } from "../files.js";
import { createLineSplitter } from "../lines.js";
import { identify, isAlive, signal } from "../process-identity.js";
import { exitReason } from "./report.js";

/** A handler's process and all that it starts: one process group, which can be frozen and ended as a whole. */
export interface RuntimeProcess {
  isAlive(): boolean;
  freeze(): void;
  thaw(): void;
  kill(): void;
  /** Resolves when the process has ended and all that it had written was given to `onLines`. */
  ended: Promise<string>;
  peakMemoryMb(): number;
}

export interface RuntimeCommand {
  program: string;
  args: string[];
  cwd: string;
  environment: Record<string, string>;
  dataDirectory: string;
  onLines: (lines: string[]) => void;
}

export function startRuntimeProcess(command: RuntimeCommand): RuntimeProcess {
  // Through one pipe for both, as in Lambda, lines keep the order in which they were written; Node cannot set that up itself.
  const child = spawn("/bin/sh", ["-c", 'exec "$0" "$@" 2>&1', command.program, ...command.args], {
    cwd: command.cwd,
    env: command.environment,
    stdio: ["ignore", "pipe", "ignore"],
    detached: true,
  });
  const forget = child.pid ? recordChild(command.dataDirectory, child.pid) : () => {};
  const identity = child.pid ? identify(child.pid) : undefined;
  const signalGroup = (name: NodeJS.Signals): void => {
    if (child.pid) signal(-child.pid, name);
  };
  return {
    isAlive: () => child.exitCode === null && child.signalCode === null && !!identity && isAlive(identity),
    freeze: () => signalGroup("SIGSTOP"),
    thaw: () => signalGroup("SIGCONT"),
    kill: () => signalGroup("SIGKILL"),
    ended: untilEnded(child, command.onLines).finally(forget),
    peakMemoryMb: () => peakMemoryMb(child.pid),
  };
}

function untilEnded(child: ChildProcess, onLines: (lines: string[]) => void): Promise<string> {
  const splitter = createLineSplitter();
  child.stdout?.on("data", (chunk: Buffer) => onLines(splitter.write(chunk)));
  return new Promise((resolve) => {
    const finish = (reason: string): void => {
      onLines(splitter.end());
      resolve(reason);
    };
    child.once("error", (error) => finish(`Runtime exited with error: ${error.message}`));
    child.once("exit", (code, exitSignal) => {
      const reason = exitReason(code, exitSignal);
      // What it started may live on and hold the pipe open; Lambda's sandbox ends with its runtime, too.
      if (child.pid) signal(-child.pid, "SIGKILL");
      const patience = setTimeout(() => {
        child.stdout?.destroy();
        finish(reason);
      }, 500);
      child.once("close", () => {
        clearTimeout(patience);
        finish(reason);
      });
    });
  });
}

function peakMemoryMb(pid: number | undefined): number {
  const status = readIfExists(`/proc/${pid}/status`) ?? "";
  return Math.ceil(Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024);
}

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { Failure } from "../../contract/failure.js";
import { redact } from "../../contract/redact.js";

export interface BuildPlace {
  /** The configuration's folder. */
  folder: string;
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
  /** Each line that the command writes. */
  onLine: (line: string) => void;
}

const linesInError = 12;

/** Runs the project's own build command in the shell, as the person would who deploys. */
export async function runBuild(command: string, { folder, env, signal, onLine }: BuildPlace): Promise<void> {
  signal.throwIfAborted();
  const last: string[] = [];
  // A group of its own: what the shell started ends with it.
  const detached = process.platform !== "win32";
  const child = spawn(command, {
    shell: true,
    cwd: folder,
    env,
    detached,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stop = () => end(child.pid, detached);
  signal.addEventListener("abort", stop, { once: true });
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on("line", (line) => {
      const text = redact(line);
      last.push(text);
      if (last.length > linesInError) last.shift();
      onLine(text);
    });
  }
  try {
    const ended = await new Promise<string | undefined>((resolve) => {
      child.once("error", (error) => resolve(`could not be started: ${error.message}`));
      child.once("close", (code, by) => resolve(code === 0 ? undefined : failed(code, by)));
    });
    signal.throwIfAborted();
    if (ended !== undefined) throw buildFailed(command, ended, last);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function failed(code: number | null, by: NodeJS.Signals | null): string {
  return code === null ? `was ended by ${by}` : `ended with exit code ${code}`;
}

function buildFailed(command: string, ended: string, last: string[]): Failure {
  const lines = last.map((line) => `  ${line}`);
  return new Failure(
    "build_failed",
    [`\`${redact(command)}\` (\`package.build\`) ${ended}. Nothing was sent.`, ...lines].join("\n"),
    { category: "error", hint: "Run it yourself in the folder of .migraterc.json, or mend `package.build`." },
  );
}

function end(pid: number | undefined, isGroup: boolean): void {
  if (pid === undefined) return;
  try {
    process.kill(isGroup ? -pid : pid, "SIGTERM");
  } catch {
    // It has ended by itself.
  }
}

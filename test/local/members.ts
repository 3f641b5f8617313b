import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "esbuild";
import { onTestFinished } from "vitest";
import type { LocalFunction } from "../../src/local/open.js";
import { dist, fixtures, type Project } from "./support.js";

export interface Member {
  child: ChildProcess;
  pid: number;
  endpoint: string;
  /** Leaves as a command does that has done its work; resolves with the exit code. */
  leave(): Promise<number | null>;
}

/** Another process that uses the project, as a second command would; in its own process group, as a shell starts it. */
export async function startMember(project: Project, functions: LocalFunction[]): Promise<Member> {
  const program = join(dirname(project.dataDirectory), "member.mjs");
  await build({
    entryPoints: ["test/fixtures/local/member.ts"],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "error",
  });
  const options = { dataDirectory: project.dataDirectory, root: fixtures, dist, functions };
  const child = spawn(process.execPath, [program, JSON.stringify(options)], {
    detached: true,
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = once(child, "exit").then(() => {
    throw new Error("the member has ended before it joined");
  });
  const [line] = await Promise.race([once(createInterface(child.stdout), "line"), ended]);
  return {
    child,
    pid: child.pid ?? 0,
    endpoint: JSON.parse(line).endpoint,
    async leave() {
      const exited = once(child, "exit");
      child.stdin.end();
      return (await exited)[0];
    },
  };
}

import { execFileSync } from "node:child_process";
import { readdirSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import * as z from "zod";
import { readIfExists } from "./files.js";

/** A pid alone may have been given to another process since; with its start time it names one process for good. */
export const processIdentitySchema = z.object({ pid: z.int().positive(), start: z.string().min(1) });
export type ProcessIdentity = z.infer<typeof processIdentitySchema>;

interface ProcessState {
  start: string;
  state: string;
  group: number;
}

function stateOnLinux(pid: number): ProcessState | undefined {
  const stat = readIfExists(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The command name may hold spaces and parentheses; what follows its last parenthesis is regular (proc(5), field 3 on).
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, , group] = fields;
  const ticks = fields[19];
  if (state === undefined || group === undefined || ticks === undefined) return undefined;
  const boot = readIfExists("/proc/sys/kernel/random/boot_id")?.trim() ?? "";
  return { state, group: Number(group), start: `${boot}:${ticks}` };
}

function stateElsewhere(pid: number): ProcessState | undefined {
  try {
    const line = execFileSync("ps", ["-o", "stat=,pgid=,lstart=", "-p", String(pid)], {
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C" },
      stdio: ["ignore", "pipe", "ignore"],
    });
    const match = /^\s*(\S)\S*\s+(\d+)\s+(.+?)\s*$/.exec(line);
    return match?.[1] && match[3] ? { state: match[1], group: Number(match[2]), start: match[3] } : undefined;
  } catch {
    return undefined;
  }
}

function stateOf(pid: number): ProcessState | undefined {
  const state = process.platform === "linux" ? stateOnLinux(pid) : stateElsewhere(pid);
  // A zombie has ended; only its parent has not asked yet.
  return state && state.state !== "Z" && state.state !== "X" ? state : undefined;
}

export function identify(pid: number): ProcessIdentity | undefined {
  const state = stateOf(pid);
  return state && { pid, start: state.start };
}

export function isAlive(identity: ProcessIdentity): boolean {
  return stateOf(identity.pid)?.start === identity.start;
}

/** Where pids mean the same: two containers that share a folder do not see each other's processes. */
export function thisHost(): string {
  try {
    return `${hostname()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return hostname();
  }
}

/** The living members of a process group, where the system lets us list them. */
export function membersOfGroup(group: number): number[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => stateOf(pid)?.group === group);
}

export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

/** Polls, since a process that is not our child gives no event when it ends. */
export async function waitUntilGone(identity: ProcessIdentity, milliseconds: number): Promise<boolean> {
  const deadline = Date.now() + milliseconds;
  while (isAlive(identity)) {
    if (Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return true;
}

import { readdirSync, readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readIfExists } from "../files.js";
import { identify, type ProcessIdentity, signal, waitUntilGone } from "../process-identity.js";

/**
 * Ends whatever still works on this cluster when none of it is ours: a server whose keeper was killed (asked to stop in
 * order), or sessions whose server was killed, which would keep the next one from starting.
 */
export async function clearRemains(cluster: string): Promise<void> {
  const server = serverOf(cluster);
  if (server) {
    signal(server.pid, "SIGINT");
    if (!(await waitUntilGone(server, 5000))) {
      signal(server.pid, "SIGKILL");
      await waitUntilGone(server, 2000);
    }
  }
  for (const pid of processesIn(cluster)) {
    const identity = identify(pid);
    signal(pid, "SIGKILL");
    if (identity) await waitUntilGone(identity, 2000);
  }
  // Left behind by a kill, it would stop the next start if its pid was given to another process meanwhile.
  if (process.platform === "linux") rmSync(join(cluster, "postmaster.pid"), { force: true });
}

function serverOf(cluster: string): ProcessIdentity | undefined {
  const pid = Number(readIfExists(join(cluster, "postmaster.pid"))?.split("\n")[0]);
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  // Elsewhere the working folder of a process is not to be had; PostgreSQL's own check of the file has to do.
  if (process.platform === "linux" && !worksIn(pid, cluster)) return undefined;
  return identify(pid);
}

function processesIn(cluster: string): number[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => worksIn(pid, cluster));
}

/** Every PostgreSQL process makes the cluster its working folder. */
function worksIn(pid: number, cluster: string): boolean {
  try {
    return (
      readlinkSync(`/proc/${pid}/cwd`) === cluster && readIfExists(`/proc/${pid}/comm`)?.trim() === "postgres"
    );
  } catch {
    return false;
  }
}

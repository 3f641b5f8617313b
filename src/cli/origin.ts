import { execFile } from "node:child_process";
import type { Host } from "./host.js";

/** Where a run was asked for: the CI job, or the folder's repository; for people who look at the ledger later. */
export async function originOf({
  env,
  cwd,
}: Pick<Host, "env" | "cwd">): Promise<{ requestedFrom?: string; gitCommit?: string }> {
  const commit = env.GITHUB_SHA ?? env.CI_COMMIT_SHA;
  const job = ciJob(env);
  const told = commit === undefined || job === undefined ? await repository(cwd) : {};
  const requestedFrom = job ?? withoutCredentials(told.remote);
  const gitCommit = commit ?? told.commit;
  return {
    ...(requestedFrom === undefined ? {} : { requestedFrom: requestedFrom.slice(0, 500) }),
    ...(gitCommit === undefined ? {} : { gitCommit: gitCommit.slice(0, 100) }),
  };
}

function ciJob(env: Host["env"]): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
  if (server !== undefined && repository !== undefined && run !== undefined)
    return `${server}/${repository}/actions/runs/${run}`;
  return env.CI_JOB_URL ?? env.BUILD_URL;
}

function withoutCredentials(url: string | undefined): string | undefined {
  return url?.replace(/\/\/[^/@]*@/, "//");
}

/** Both with one start of git, which runs its aliases in its own shell, on Windows too: two take longer than anything else between plan and run. */
const both = "alias.both=!git rev-parse --quiet --verify HEAD; git remote get-url origin";
const commitId = /^[0-9a-f]{40,64}$/;

/** Nothing where there is no git, no repository, or no answer soon; either may be missing. */
function repository(cwd: string): Promise<{ commit?: string; remote?: string }> {
  return new Promise((resolve) => {
    execFile("git", ["-c", both, "both"], { cwd, timeout: 2_000 }, (_error, stdout) => {
      const lines = stdout.split("\n").map((line) => line.trim());
      const commit = lines.find((line) => commitId.test(line));
      const remote = lines.find((line) => line !== "" && line !== commit);
      resolve({ ...(commit === undefined ? {} : { commit }), ...(remote === undefined ? {} : { remote }) });
    });
  });
}

import { execFile } from "node:child_process";
import type { Host } from "./host.js";

/** Where a run was asked for: the CI job, or the folder's repository; for people who look at the ledger later. */
export async function originOf({ env, cwd }: Host): Promise<{ requestedFrom?: string; gitCommit?: string }> {
  const [gitCommit, requestedFrom] = await Promise.all([
    env.GITHUB_SHA ?? env.CI_COMMIT_SHA ?? git(cwd, ["rev-parse", "HEAD"]),
    ciJob(env) ?? git(cwd, ["remote", "get-url", "origin"]).then(withoutCredentials),
  ]);
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

/** Nothing where there is no git, no repository, or no answer soon. */
function git(cwd: string, args: string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile("git", args, { cwd, timeout: 2_000 }, (error, stdout) => {
      const text = stdout.trim();
      resolve(error !== null || text === "" ? undefined : text);
    });
  });
}

import { afterEach, describe, expect, test } from "vitest";
import { originOf } from "../../src/cli/origin.js";
import { makeRepository, type Repository } from "../support/git-repository.js";

const made: Repository[] = [];
afterEach(() => {
  for (const one of made.splice(0)) one.dispose();
});

function folder(options?: { git: boolean }): Repository {
  const repository = makeRepository({ "deep/down/file": "" }, options);
  made.push(repository);
  return repository;
}

const head = ({ git }: Repository) => git("rev-parse", "HEAD").trim();

describe("where a run was asked for", () => {
  test("is the repository and its commit, from any folder in it, without the password in its address", async () => {
    const repository = folder({ git: true });
    repository.git("remote", "add", "origin", "https://someone:hunter2@example.com/a/b.git");
    const told = { gitCommit: head(repository), requestedFrom: "https://example.com/a/b.git" };
    expect(await originOf({ env: {}, cwd: repository.folder })).toEqual(told);
    expect(await originOf({ env: {}, cwd: `${repository.folder}/deep/down` })).toEqual(told);
  });

  test("is what of it is there", async () => {
    const none = folder();
    const ask = () => originOf({ env: {}, cwd: none.folder });
    expect(await ask()).toEqual({});
    none.git("init", "-q");
    expect(await ask()).toEqual({});
    none.git("remote", "add", "origin", "git@example.com:a/b.git");
    expect(await ask()).toEqual({ requestedFrom: "git@example.com:a/b.git" });
    none.git("remote", "remove", "origin");
    none.commit();
    expect(await ask()).toEqual({ gitCommit: head(none) });
  });

  test("is the job in CI, and the commit that it says", async () => {
    const job = { GITHUB_SERVER_URL: "https://github.com", GITHUB_REPOSITORY: "a/b", GITHUB_RUN_ID: "7" };
    const { folder: cwd } = folder({ git: true });
    expect(await originOf({ env: { ...job, GITHUB_SHA: "abc" }, cwd })).toEqual({
      gitCommit: "abc",
      requestedFrom: "https://github.com/a/b/actions/runs/7",
    });
  });
});

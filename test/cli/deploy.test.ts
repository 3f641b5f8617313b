import { existsSync, readFileSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { strToU8, unzipSync, zipSync } from "fflate";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Asked, type Fault, shaOf, startCodeService } from "../support/code-service.js";
import { deployProject, plainPackage } from "../support/deploy-project.js";

let lambda: Awaited<ReturnType<typeof startCodeService>>;
let project: Awaited<ReturnType<typeof deployProject>>;
beforeEach(async () => {
  lambda = await startCodeService({ account: "123456789012" });
  project = await deployProject(lambda.endpoint);
});
afterEach(async () => {
  await project.dispose();
  await lambda.close();
});

const olderCode = zipSync({ "index.mjs": strToU8("export {};") });
const paths = () => Object.keys(unzipSync(lambda.kept.zip));

/** The first requests of this kind meet these faults, later ones none. */
function faults(action: Asked["action"], ...list: Fault[]) {
  lambda.hooks.fault = (one) => (one.action === action ? list.shift() : undefined);
}

describe("a deployment", () => {
  test("replaces the code, waits until it is in service, and finds the repository's head in it", async () => {
    const before = shaOf(lambda.kept.zip);
    const revision = lambda.kept.revisionId;
    lambda.hooks.before = ({ action }) => {
      if (action === "update")
        lambda.kept.updateStatuses.push(
          { LastUpdateStatus: "InProgress" },
          { LastUpdateStatus: "Successful" },
        );
    };
    const end = await project.cli(["deploy", "--json"]);
    expect(end.exitCode, end.stdout + end.stderr).toBe(0);
    expect(end.json()).toMatchObject({
      command: "deploy",
      stage: "dev",
      outcome: "deployed",
      codeSha256: shaOf(lambda.kept.zip),
      codeSha256Before: before,
      fileCount: 3,
      head: { verdict: "same", deployed: ["002_pets"], repository: ["002_pets"] },
    });
    expect(paths()).toEqual(["index.mjs", "migrations/001_people.sql", "migrations/002_pets.sql"]);
    const [update] = lambda.asked.filter(({ action }) => action === "update");
    expect(update?.body).toMatchObject({ RevisionId: revision, Architectures: ["arm64"] });
    expect(end.stderr).toContain("is being updated; waiting, at most 5 min");
    expect(end.json()).not.toHaveProperty("files");
  });

  test("of the same files is none: nothing is sent, and the head is looked at all the same", async () => {
    await project.cli(["deploy"]);
    const end = await project.cli(["deploy"]);
    expect(end.exitCode).toBe(0);
    expect(end.stdout).toContain("Nothing to deploy: dev has this code. Apply what is pending:");
    expect(end.stdout).toContain("002_pets, as in the repository");
    expect(lambda.count("update")).toBe(1);
  });

  test("without the newest migration says so, and exits 5", async () => {
    await project.write({ "migrations/003_forgotten.sql": "SELECT 1;" });
    const config = JSON.parse(await readFile(join(project.cwd, ".migraterc.json"), "utf8"));
    const exclude = ["003_*"];
    await project.write({
      ".migraterc.json": JSON.stringify({ ...config, package: { ...plainPackage, exclude } }),
    });
    const end = await project.cli(["deploy", "--json"]);
    expect(end.exitCode).toBe(5);
    expect(end.json()).toMatchObject({
      outcome: "deployed",
      head: { verdict: "stale", deployed: ["002_pets"], repository: ["003_forgotten"] },
      error: { code: "stale_code" },
    });
  });

  test("that Lambda cannot put into service is told with its reason", async () => {
    lambda.hooks.before = ({ action }) => {
      const failed = {
        LastUpdateStatus: "Failed",
        LastUpdateStatusReason: "no more addresses in the subnet",
      };
      if (action === "update") lambda.kept.updateStatuses.push(failed);
    };
    const end = await project.cli(["deploy", "--json"]);
    expect(end.json()).toMatchObject({ error: { code: "update_failed" }, exitCode: 1 });
    expect(end.json().error.message).toContain("no more addresses in the subnet");
    expect(lambda.count("invoke")).toBe(1);
    // Its hash is that of the new code by now.
    lambda.hooks.before = () => {};
    lambda.kept.updateStatuses.push({ LastUpdateStatus: "Failed" });
    const again = await project.cli(["deploy", "--json"]);
    expect(again.json(), again.stderr).toMatchObject({ outcome: "deployed", exitCode: 0 });
    expect(lambda.count("update")).toBe(2);
  });

  test("of code that does not start says what it answers", async () => {
    lambda.kept.functionError = {
      errorType: "Runtime.ImportModuleError",
      errorMessage: "Cannot find module 'index'",
    };
    const end = await project.cli(["deploy"]);
    expect(end.exitCode).toBe(1);
    expect(end.stdout).toContain("Cannot find module 'index'");
    expect(end.stdout).toContain("✗ Deployed to dev");
  });

  test("to a function with another handler warns that its file is missing", async () => {
    lambda.kept.handler = "lambda_function.handler";
    lambda.kept.runtime = "python3.13";
    const end = await project.cli(["deploy"]);
    expect(end.stderr).toContain("The package has no lambda_function.py");
  });

  test("while a run is at work says what becomes of that", async () => {
    lambda.kept.report = { problems: [{ code: "run_at_work", message: "Run 2026 by ada@pc is at work." }] };
    const end = await project.cli(["deploy"]);
    expect(end.exitCode, end.stderr).toBe(0);
    expect(end.stderr).toContain("Run 2026 by ada@pc is at work. Lambda lets it end");
  });
});

describe("somebody else deploying", () => {
  test("other code meanwhile: theirs stays, and ours is refused", async () => {
    const theirs = Buffer.from("theirs");
    lambda.hooks.before = ({ action }) => {
      if (action === "update") Object.assign(lambda.kept, { zip: theirs, revisionId: "theirs" });
    };
    const end = await project.cli(["deploy", "--json"]);
    expect(end.json()).toMatchObject({ error: { code: "code_changed" }, exitCode: 5 });
    expect(lambda.kept.zip).toBe(theirs);
  });

  test("only its configuration: the code is sent again", async () => {
    let first = true;
    lambda.hooks.before = ({ action }) => {
      if (action === "update" && first) lambda.kept.revisionId = "another";
      if (action === "update") first = false;
    };
    const end = await project.cli(["deploy", "--json"]);
    expect(end.json(), end.stderr).toMatchObject({ outcome: "deployed", exitCode: 0 });
    expect(lambda.count("update")).toBe(2);
  });

  test("an update of theirs in progress is waited for", async () => {
    faults("update", { status: 409, type: "ResourceConflictException", message: "An update is in progress" });
    const end = await project.cli(["deploy", "--json"]);
    expect(end.json(), end.stderr).toMatchObject({ outcome: "deployed", exitCode: 0 });
  });
});

describe("the answer is lost", () => {
  test("after the code arrived: it is found there, and not sent again", async () => {
    faults("update", "lose the answer");
    const end = await project.cli(["deploy", "--json"]);
    expect(end.json(), end.stderr).toMatchObject({ outcome: "deployed", exitCode: 0 });
    expect(lambda.count("update")).toBe(1);
  });

  test("before it arrived: it is sent again", async () => {
    faults("update", "lose the request");
    const end = await project.cli(["deploy", "--json"]);
    expect(end.json(), end.stderr).toMatchObject({ outcome: "deployed", exitCode: 0 });
    expect(lambda.count("update")).toBe(2);
  });

  test("again and again: what the function has is told", async () => {
    faults("update", ...Array<Fault>(5).fill("lose the request"));
    const end = await project.cli(["deploy", "--json"]);
    expect(end.json()).toMatchObject({ error: { code: "network" }, exitCode: 1 });
    expect(end.json().error.message).toContain("still has the code from before");
    expect(lambda.kept.zip.byteLength).toBe(0);
  });
});

describe("what Lambda or IAM refuses is told for what it is", () => {
  test.each<[string, Fault, string, RegExp]>([
    [
      "the permission",
      {
        status: 403,
        type: "AccessDeniedException",
        message: "User: ada is not authorized to perform: lambda:UpdateFunctionCode on resource: arn:aws:x",
      },
      "access_denied",
      /lambda:UpdateFunctionCode.*Nothing was deployed/s,
    ],
    [
      "the size",
      { status: 413, type: "RequestTooLargeException", message: "Request must be smaller" },
      "payload_too_large",
      /larger than Lambda takes directly/,
    ],
    [
      "the package",
      {
        status: 400,
        type: "InvalidParameterValueException",
        message: "Unzipped size must be smaller than 262144000 bytes",
      },
      "package_refused",
      /Unzipped size must be smaller.*Nothing was deployed/s,
    ],
    [
      "its signature",
      { status: 400, type: "CodeVerificationFailedException", message: "The code is not signed" },
      "package_refused",
      /not signed/,
    ],
  ])("%s", async (_, fault, code, message) => {
    faults("update", fault);
    const end = await project.cli(["deploy", "--json"]);
    expect(end.json()).toMatchObject({ error: { code }, exitCode: 1 });
    expect(end.json().error.message).toMatch(message);
    expect(end.stdout + end.stderr).not.toContain("hunter2");
  });
});

test("a function that is not there: the page beside the handler, if init wrote one, says how it is made", async () => {
  const gone: Fault = { status: 404, type: "ResourceNotFoundException", message: "Function not found: x" };
  faults("read", gone, gone);
  const without = await project.cli(["deploy", "--json"]);
  expect(without.json()).toMatchObject({ error: { code: "function_not_found" }, exitCode: 1 });
  expect(without.json().error.message).toContain("deploy updates a function, and creates none.");
  expect(without.json().error.hint).toContain("with your infrastructure's tool");
  await project.write({ "lambda/migrate/README.md": "# The Lambda that migrates\n" });
  const end = await project.cli(["deploy", "--json"]);
  expect(end.json().error.hint).toContain("lambda/migrate/README.md says how to make one");
});

describe("what is refused before anything is built or sent", () => {
  const built = () => existsSync(join(project.cwd, "built"));
  const configured = async (config: Record<string, unknown>) => {
    await project.dispose();
    const withBuild = { package: { ...plainPackage, build: "touch built" }, ...config };
    project = await deployProject(lambda.endpoint, withBuild);
  };
  const untouched = () => {
    expect(built()).toBe(false);
    expect(lambda.count("update")).toBe(0);
  };

  test("a container image, with the way to deploy it", async () => {
    await configured({});
    lambda.kept.packageType = "Image";
    const end = await project.cli(["deploy", "--json"]);
    expect(end.json()).toMatchObject({ error: { code: "function_is_image" }, exitCode: 2 });
    expect(end.json().error.hint).toContain("--image-uri IMAGE-URI --region eu-west-1");
    untouched();
  });

  test("a local stage: no keeper is started for it", async () => {
    const local = { local: { handler: "lambda/migrate/index.handler" } };
    await configured({ defaultStage: "here", stages: { here: local } });
    const end = await project.cli(["deploy", "--json"]);
    expect(end.json()).toMatchObject({ error: { code: "usage" }, exitCode: 2 });
    expect(end.json().error.message).toContain("nothing to deploy");
    expect(existsSync(join(project.cwd, ".migrate-remote"))).toBe(false);
    untouched();
  });

  test("a stage that names a version, and a configuration that does not say what to pack", async () => {
    const stage = { endpoint: lambda.endpoint, region: "eu-west-1" };
    await configured({ defaultStage: "old", stages: { old: { ...stage, function: "shop:7" } } });
    expect((await project.cli(["deploy", "--json"])).json()).toMatchObject({
      error: { code: "fixed_version", hint: expect.stringContaining("shop:live") },
      exitCode: 2,
    });
    await configured({ package: undefined });
    const end = await project.cli(["deploy", "--json"]);
    expect(end.exitCode).toBe(2);
    expect(end.json().error.hint).toContain('"package"');
    expect(lambda.asked).toEqual([]);
  });

  test("a protected stage without consent, in the wrong account, or that migrates by itself", async () => {
    await configured({});
    const without = await project.cli(["deploy", "--stage", "prod", "--json"]);
    expect(without.json()).toMatchObject({ error: { code: "no_consent" }, exitCode: 5 });
    const phrase = await project.cli(["deploy", "--stage", "prod", "--confirm=yes", "--json"]);
    expect(phrase.json()).toMatchObject({ error: { code: "wrong_phrase" }, exitCode: 5 });
    lambda.kept.environment = { AUTO_MIGRATE: "true" };
    const auto = await project.cli(["deploy", "--stage", "prod", "--confirm", "--json"]);
    expect(auto.json()).toMatchObject({ error: { code: "auto_migrate" }, exitCode: 5 });
    lambda.kept.environment = {};
    const stage = { endpoint: lambda.endpoint, region: "eu-west-1", account: "999999999999" };
    await configured({ stages: { dev: {}, prod: stage } });
    const strayed = await project.cli(["deploy", "--stage", "prod", "--confirm", "--json"]);
    expect(strayed.json()).toMatchObject({ error: { code: "wrong_account" }, exitCode: 5 });
    expect(lambda.count("invoke")).toBe(0);
    untouched();
  });

  test("with consent a protected stage is deployed", async () => {
    const end = await project.cli(["deploy", "--stage", "prod", "--confirm=migrate-production", "--json"]);
    expect(end.json(), end.stderr).toMatchObject({ outcome: "deployed", protected: true, exitCode: 0 });
  });

  test("typed on a terminal it is consent too, and another word is none", async () => {
    const wrong = { terminal: { typed: "yes\n" } };
    expect((await project.cli(["deploy", "--stage", "prod"], wrong)).exitCode).toBe(5);
    expect(lambda.count("update")).toBe(0);
    const right = { terminal: { typed: "migrate-production\n" } };
    const end = await project.cli(["deploy", "--stage", "prod"], right);
    expect(end.exitCode, end.stderr).toBe(0);
    expect(end.stderr).toContain("To deploy this code on stage prod, type migrate-production");
    expect(lambda.count("update")).toBe(1);
  });

  test("where an invocation would migrate, nobody asks the new code for its head", async () => {
    lambda.kept.environment = { AUTO_MIGRATE: "1" };
    const end = await project.cli(["deploy", "--json"]);
    expect(end.json()).toMatchObject({ outcome: "deployed", head: { verdict: "unknown" }, exitCode: 0 });
    expect(lambda.count("invoke")).toBe(0);
  });
});

describe("versions", () => {
  test("--publish makes one; a stage that names an alias moves it, and once is enough", async () => {
    const published = await project.cli(["deploy", "--publish", "--json"]);
    expect(published.json()).toMatchObject({ outcome: "deployed", version: "1" });
    expect(published.json()).not.toHaveProperty("alias");
    lambda.kept.aliases.live = "1";
    await project.write({ "lambda/migrate/more.mjs": "export {};" });
    const moved = await project.cli(["deploy", "--stage", "live", "--json"]);
    expect(moved.json(), moved.stderr).toMatchObject({
      outcome: "deployed",
      version: "2",
      alias: "live",
      head: { verdict: "same" },
      exitCode: 0,
    });
    expect(lambda.kept.aliases).toEqual({ live: "2" });
    const again = await project.cli(["deploy", "--stage", "live", "--json"]);
    expect(again.json()).toMatchObject({ outcome: "unchanged" });
    expect(lambda.count("publish")).toBe(2);
  });

  test("an alias that was left behind is moved, without sending the code again", async () => {
    await project.cli(["deploy", "--publish"]);
    lambda.kept.versions.unshift(olderCode);
    lambda.kept.aliases.live = "1";
    const dry = await project.cli(["deploy", "--stage", "live", "--dry-run"]);
    expect(dry.stdout).toContain("This code is not deployed yet");
    const end = await project.cli(["deploy", "--stage", "live", "--json"]);
    expect(end.json(), end.stderr).toMatchObject({ outcome: "deployed", version: "2", alias: "live" });
    expect(lambda.count("update")).toBe(1);
  });

  test.each<[Asked["action"], string, RegExp]>([
    ["publish", "lambda:PublishVersion", /No version was published\. .*may still have the code from before/],
    ["alias", "lambda:UpdateAlias", /The alias was not moved\. .*may still have the code from before/],
  ])(
    "what is refused after the code was sent says how far it got: %s",
    async (action, permission, message) => {
      lambda.kept.versions.push(olderCode);
      lambda.kept.aliases.live = "1";
      const denied = `User: ada is not authorized to perform: ${permission}`;
      faults(action, { status: 403, type: "AccessDeniedException", message: denied });
      const end = await project.cli(["deploy", "--stage", "live", "--json"]);
      expect(end.json()).toMatchObject({ error: { code: "access_denied" }, exitCode: 1 });
      expect(end.json().error.message).toMatch(message);
      expect(end.json().error.hint).toContain("migrate-remote deploy --stage live");
      const again = await project.cli(["deploy", "--stage", "live", "--json"]);
      expect(again.json(), again.stderr).toMatchObject({ outcome: "deployed", version: "2", exitCode: 0 });
      expect(lambda.count("update")).toBe(1);
    },
  );

  test("an alias that is not there is known before anything is sent", async () => {
    const end = await project.cli(["deploy", "--stage", "live", "--json"]);
    expect(end.json()).toMatchObject({ error: { code: "function_not_found" }, exitCode: 1 });
    expect(lambda.count("update")).toBe(0);
  });
});

describe("looking first", () => {
  test("--dry-run lists what would go in, and what not and why", async () => {
    await project.write({ "lambda/migrate/.env": "SECRET=1", "lambda/migrate/notes.md": "" });
    const end = await project.cli(["deploy", "--dry-run"]);
    expect(end.exitCode).toBe(0);
    expect(end.stdout).toMatch(/ 41 B {2}index\.mjs/);
    expect(end.stdout).toMatch(/left out +\.env \(a secret\)/);
    expect(end.stdout).toContain("This code is not deployed yet");
    expect(new Set(lambda.asked.map(({ action }) => action))).toEqual(new Set(["read"]));
    await project.cli(["deploy"]);
    expect((await project.cli(["deploy", "--dry-run"])).stdout).toContain(
      "Nothing to deploy: dev has this code",
    );
  });

  test("--out writes the very bytes that would be sent, and asks nobody", async () => {
    const end = await project.cli(["deploy", "--stage", "prod", "--out", "package.zip", "--json"]);
    expect(end.json()).toMatchObject({ outcome: "planned", packageFile: join(project.cwd, "package.zip") });
    expect(lambda.asked).toEqual([]);
    await project.cli(["deploy"]);
    expect(Buffer.from(lambda.kept.zip)).toEqual(await readFile(join(project.cwd, "package.zip")));
  });

  test("--out into the packed folder does not pack itself the next time", async () => {
    const out = ["deploy", "--out", "lambda/migrate/package.zip", "--json"];
    const first = (await project.cli(out)).json().codeSha256;
    expect((await project.cli(out)).json().codeSha256).toBe(first);
  });
});

describe("the build command", () => {
  const withBuild = async (build: string) => {
    await project.dispose();
    project = await deployProject(lambda.endpoint, { package: { ...plainPackage, build } });
  };

  test("runs before packing, is shown, and can be left out", async () => {
    await withBuild("echo building && echo 1 > lambda/migrate/made.txt");
    const end = await project.cli(["deploy"]);
    expect(end.stderr).toMatch(/\$ echo building &&.*\n +building/);
    expect(paths()).toContain("made.txt");
    await rm(join(project.cwd, "lambda/migrate/made.txt"));
    await project.cli(["deploy", "--no-build"]);
    expect(paths()).not.toContain("made.txt");
  });

  test("that fails ends the deployment with its last lines, secrets masked", async () => {
    await withBuild("echo 'postgres://ada:hunter3@db/x is unreachable' >&2; exit 3");
    const end = await project.cli(["deploy", "--json"]);
    expect(end.json()).toMatchObject({ error: { code: "build_failed" }, exitCode: 1 });
    expect(end.json().error.message).toMatch(/exit code 3.*is unreachable/s);
    expect(end.stdout + end.stderr).not.toContain("hunter3");
    expect(lambda.count("update")).toBe(0);
  });

  test("is ended with the command that waits for it", async () => {
    await withBuild("sleep 600 & echo $! > pid; echo started; wait");
    const signals = { listeners: new Set<(signal: "SIGINT" | "SIGTERM") => void>() };
    const onStderr = (text: string) => {
      if (text.includes("started") && !text.includes("echo"))
        for (const listener of signals.listeners) listener("SIGINT");
    };
    const end = await project.cli(["deploy"], { signals, onStderr });
    expect(end.exitCode).toBe(130);
    expect(end.stderr).toContain("Nothing was sent that writes");
    const pid = Number(await readFile(join(project.cwd, "pid"), "utf8"));
    await expect.poll(() => isAlive(pid)).toBe(false);
  });
});

test("interrupted once the code is on its way, it says that Lambda goes on", async () => {
  const signals = { listeners: new Set<(signal: "SIGINT" | "SIGTERM") => void>() };
  lambda.hooks.before = ({ action }) => {
    if (action === "update") for (const listener of signals.listeners) listener("SIGINT");
  };
  const end = await project.cli(["deploy", "--json"], { signals });
  expect(end.json()).toMatchObject({ command: "deploy", error: { code: "interrupted" }, exitCode: 130 });
  expect(end.json().error.message).toContain("the code was sent to shop-api-migrate-lambda-dev");
});

test("a contract without a read: deployed, and its head is not known", async () => {
  await project.dispose();
  project = await deployProject(lambda.endpoint, { contract: "empty-event" });
  const end = await project.cli(["deploy"]);
  expect(end.exitCode, end.stderr).toBe(0);
  expect(end.stdout).toContain("not known: contract empty-event has no read");
  expect(lambda.count("invoke")).toBe(0);
});

/** What has ended and was not asked for yet is gone too. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

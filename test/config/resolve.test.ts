import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatFunctionName, parseFunctionName } from "../../src/config/function-name.js";
import { parseConfig } from "../../src/config/load.js";
import { type Overrides, resolveTarget } from "../../src/config/resolve.js";
import type { Config } from "../../src/config/schema.js";
import { resolveStage } from "../../src/config/stage.js";
import type { Target } from "../../src/config/target.js";

function config(content: object): Config {
  const parsed = parseConfig(JSON.stringify({ contract: "migrate-remote", ...content }));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.config;
}

function target(content: object, overrides: Partial<Overrides> = {}, stage = "dev"): Target {
  const resolved = resolveTarget(config(content), stage, { env: {}, ...overrides });
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems));
  return resolved.target;
}

function refusal(content: object, overrides: Partial<Overrides> = {}, stage = "dev"): string {
  const resolved = resolveTarget(config(content), stage, { env: {}, ...overrides });
  return resolved.ok ? "" : resolved.problems.map(({ message, hint }) => `${message} ${hint}`).join("\n");
}

const arn = "arn:aws:lambda:us-west-2:123456789012:function:migrate";

describe("resolveStage", () => {
  const several = config({ stages: { dev: {}, prod: {} } });
  const one = config({ stages: { qa: {} } });
  const chosen = config({ defaultStage: "dev", stages: { dev: {}, qa: {}, prod: {} } });
  const env = { MIGRATE_REMOTE_STAGE: "qa" };

  test.each([
    [chosen, "prod", env, "prod"],
    [chosen, undefined, env, "qa"],
    [chosen, undefined, { MIGRATE_REMOTE_STAGE: "" }, "dev"],
    [chosen, undefined, {}, "dev"],
    [one, undefined, {}, "qa"],
  ])("flag, then environment, then defaultStage, then the only one (%#)", (from, flag, env, stage) => {
    expect(resolveStage(from, { flag, env })).toEqual({ ok: true, stage });
  });

  test("an unknown name is an error with the list and a near miss, never a reason to take another", () => {
    expect(resolveStage(chosen, { flag: "prd", env: {} })).toEqual({
      ok: false,
      problem: {
        message: "There is no stage `prd` (from --stage): did you mean `prod`?",
        hint: "Stages in the configuration: dev, qa, prod.",
      },
    });
    expect(resolveStage(chosen, { flag: "", env: {} }).ok).toBe(false);
    expect(resolveStage(chosen, { flag: "constructor", env: {} }).ok).toBe(false);
    const fromEnvironment = resolveStage(chosen, { env: { MIGRATE_REMOTE_STAGE: "production-eu" } });
    expect(JSON.stringify(fromEnvironment)).toContain("(from MIGRATE_REMOTE_STAGE).");
  });

  test("several and none said is an error with the list", () => {
    const resolved = resolveStage(several, { env: {} });
    expect(JSON.stringify(resolved)).toContain("Stages in the configuration: dev, prod.");
  });
});

describe("resolveTarget", () => {
  test("the default template, and a stage's word before the file's", () => {
    expect(
      target(
        {
          project: "template-saas",
          region: "us-west-2",
          profile: "{project}-{stage}",
          stages: { prod: { account: "123456789012", database: { instance: "{project}-{stage}" } } },
        },
        {},
        "prod",
      ),
    ).toEqual({
      stage: "prod",
      functionName: "template-saas-api-migrate-lambda-prod",
      functionShortName: "template-saas-api-migrate-lambda-prod",
      contract: { preset: "migrate-remote" },
      region: "us-west-2",
      profile: "template-saas-prod",
      account: "123456789012",
      protected: true,
      confirmPhrase: "migrate-production",
      snapshot: { kind: "required" },
      keepSnapshotsSeconds: 2_592_000,
      database: { kind: "instance", identifier: "template-saas-prod" },
      silencedRules: [],
      warnings: [],
    });
    const own = target({
      function: "top",
      region: "us-west-2",
      stages: { dev: { function: "own:{stage}", region: "eu-west-1", contract: "admin-operation" } },
    });
    expect(own).toMatchObject({
      functionName: "own",
      qualifier: "dev",
      region: "eu-west-1",
      contract: { preset: "admin-operation" },
      protected: false,
      snapshot: { kind: "none" },
    });
  });

  test.each([
    ["dev", {}, false, { kind: "none" }],
    ["Production", {}, true, { kind: "required" }],
    ["prod", { protected: false }, false, { kind: "none" }],
    ["dev", { protected: true }, true, { kind: "required" }],
    ["prod", { snapshot: { none: "restored nightly" } }, true, { kind: "none", reason: "restored nightly" }],
    ["prod", { snapshot: { reuse: "30m" } }, true, { kind: "reuse", maxAgeSeconds: 1800 }],
    ["dev", { snapshot: { reuse: "2d" } }, false, { kind: "reuse", maxAgeSeconds: 172_800 }],
    ["prod", { snapshot: "pointInTime" }, true, { kind: "pointInTime" }],
  ])("safeguards of %s with %o", (name, stage, guarded, snapshot) => {
    const resolved = target({ function: "f", stages: { [name]: stage } }, {}, name);
    expect(resolved.protected).toBe(guarded);
    expect(resolved.snapshot).toEqual(snapshot);
  });

  test("rules are silenced one by one, and a stage's word comes before the file's", () => {
    const rules = { truncate: "off", "lock-table": "off", "drop-table": "on" };
    const content = {
      function: "f",
      rules,
      stages: { dev: {}, prod: { rules: { truncate: "on", unchecked: "off" } } },
    };
    expect(target(content).silencedRules).toEqual(["truncate", "lock-table"]);
    expect(target(content, {}, "prod").silencedRules).toEqual(["unchecked", "lock-table"]);
    const local = { function: "f", rules, stages: { dev: { local: { handler: "h.h" } } } };
    expect(target(local).silencedRules).toEqual(["truncate", "lock-table"]);
  });

  test("how long snapshots are kept is the stage's to say", () => {
    const kept = target({ function: "f", stages: { dev: { keepSnapshots: "12h" } } });
    expect(kept.keepSnapshotsSeconds).toBe(43_200);
  });

  test.each([
    [{ stages: { dev: {} } }, "`function` needs {project}, and no project is known."],
    [{ function: "f-{region}", stages: { dev: {} } }, "`function` needs {region}"],
    [{ function: "f-{stge}", stages: { dev: {} } }, "unknown placeholder {stge}: did you mean `stage`?"],
    [{ function: "f g", stages: { dev: {} } }, "is not the name of a Lambda function"],
    [{ function: "f".repeat(65), stages: { dev: {} } }, "longer than Lambda's 64 characters"],
    [{ function: arn, account: "999999999999", stages: { dev: {} } }, "is in account 123456789012"],
    [{ function: arn, region: "us-east-1", stages: { dev: {} } }, "`region` says us-east-1"],
    [
      {
        function: "f",
        account: "123456789012",
        roleArn: "arn:aws:iam::999999999999:role/r",
        stages: { dev: {} },
      },
      "`roleArn` is in account 999999999999",
    ],
  ])("what does not fit is told: %o", (content, message) => {
    expect(refusal(content)).toContain(message);
  });

  test("several problems at once", () => {
    const message = refusal({
      function: "{projet}-{region}",
      stages: { dev: { database: { instance: "{project}" } } },
    });
    expect(message.split("\n")).toHaveLength(3);
  });

  describe("region: flag, then environment, then file", () => {
    const content = { function: "f", region: "us-west-2", stages: { dev: {}, prod: {} } };

    test.each([
      [{ region: "eu-west-1", env: { AWS_REGION: "us-east-1" } }, "eu-west-1"],
      [{ env: { AWS_REGION: "us-east-1", AWS_DEFAULT_REGION: "us-east-2" } }, "us-east-1"],
      [{ env: { AWS_DEFAULT_REGION: "us-east-2" } }, "us-east-2"],
      [{ env: { AWS_REGION: "" } }, "us-west-2"],
    ])("%o", (overrides, region) => {
      expect(target(content, overrides).region).toBe(region);
    });

    test("is left to the SDK where nobody says one", () => {
      expect(target({ function: "f", stages: { dev: {} } })).not.toHaveProperty("region");
    });

    test("the environment before the file is a warning, on a protected stage an error that the flag settles", () => {
      const env = { AWS_REGION: "us-east-1" };
      expect(target(content, { env }).warnings).toEqual([
        "AWS_REGION=us-east-1 in the environment comes before region us-west-2 of the configuration",
      ]);
      expect(refusal(content, { env }, "prod")).toContain("Add --region us-west-2, or unset AWS_REGION.");
      expect(target(content, { env, region: "us-west-2" }, "prod").region).toBe("us-west-2");
      expect(target(content, { env: { AWS_REGION: "us-west-2" } }, "prod").warnings).toEqual([]);
    });

    test("an ARN's is the region: a flag that says another is an error, a variable is not", () => {
      const content = { function: arn, stages: { prod: {} } };
      expect(target(content, { env: { AWS_REGION: "us-east-1" } }, "prod").region).toBe("us-west-2");
      expect(refusal(content, { region: "us-east-1" }, "prod")).toContain("--region says us-east-1");
      const both = { ...content, region: "us-east-1" };
      expect(refusal(both, { env: { AWS_REGION: "us-east-1" } }, "prod")).toContain(
        "`region` says us-east-1",
      );
    });

    test("one that is none is told with its source", () => {
      expect(refusal(content, { region: "us-west2" })).toContain("`us-west2` (from --region)");
      expect(refusal(content, { env: { AWS_REGION: "nowhere" } })).toContain("`nowhere` (from AWS_REGION)");
    });
  });

  describe("profile: flag, then environment, then file", () => {
    const content = { function: "f", profile: "file", stages: { dev: {} } };
    const keys = { AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE", AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI" };

    test.each([
      [{ profile: "flag", env: { AWS_PROFILE: "env", ...keys } }, "flag"],
      [{ env: { AWS_PROFILE: "env" } }, "env"],
      [{ env: {} }, "file"],
      [{ env: { AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE" } }, "file"],
      [{ env: keys }, undefined],
      [{ env: { AWS_WEB_IDENTITY_TOKEN_FILE: "/t", AWS_ROLE_ARN: "arn:x" } }, undefined],
      [{ env: { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/x" } }, undefined],
    ])("%o", (overrides, profile) => {
      expect(target(content, overrides).profile).toBe(profile);
    });

    test("the environment before the file is a warning that holds no credential", () => {
      const { warnings } = target(content, { env: keys });
      expect(warnings).toEqual([
        "AWS_ACCESS_KEY_ID in the environment comes before profile file of the configuration",
      ]);
    });
  });

  describe("a local stage's database has a name for its snapshots", () => {
    const local = { local: { handler: "h.handler" } };
    const databaseOf = (content: object, stage: string) => target(content, {}, stage).database;

    test.each([
      ["My_Shop.io", "dev", "my-shop-io-dev"],
      ["2048", "dev", "db-2048-dev"],
      ["_-", "x-", "x"],
      ["s".repeat(100), "dev", "s".repeat(63)],
      [undefined, "dev", "dev"],
    ])("made of project %s and stage %s", (project, stage, identifier) => {
      const content = { ...(project && { project }), function: "f", stages: { [stage]: local } };
      expect(databaseOf(content, stage)).toEqual({ kind: "instance", identifier });
    });

    test("or its own, which RDS would have to take", () => {
      const named = (database: object) => ({ project: "shop", stages: { dev: { ...local, database } } });
      expect(databaseOf(named({ cluster: "{project}-{stage}" }), "dev")).toEqual({
        ...{ kind: "cluster", identifier: "shop-dev" },
      });
      for (const wrong of ["a_b", "1a", "a--b", "a-", "a".repeat(64), "é"]) {
        expect(refusal(named({ instance: wrong }))).toContain(
          "`database.instance` cannot be the name of an RDS instance",
        );
      }
      expect(refusal(named({ instance: "{projet}" })).split("\n")).toHaveLength(1);
    });

    test("whatever project and stage are called", () => {
      fc.assert(
        fc.property(
          fc.stringMatching(/^[\w.-]{1,100}$/),
          fc.stringMatching(/^[A-Za-z0-9][\w-]{0,63}$/),
          (project, stage) => {
            const content = { project, function: "f", stages: { [stage]: local } };
            expect(databaseOf(content, stage)?.identifier).toMatch(/^(?!.*--)[a-z][a-z0-9-]{0,62}(?<!-)$/);
          },
        ),
      );
    });

    test("an AWS stage says itself what is snapshotted", () => {
      expect(databaseOf({ project: "shop", stages: { dev: {} } }, "dev")).toBeUndefined();
    });
  });

  test("a local stage hears nothing of AWS, whatever shell and file say", () => {
    const content = {
      function: arn,
      region: "us-west-2",
      profile: "{project}",
      account: "999999999999",
      endpoint: "http://elsewhere",
      roleArn: "arn:aws:iam::999999999999:role/r",
      stages: { dev: { local: { handler: "h.handler" } } },
    };
    const env = { AWS_PROFILE: "p", AWS_REGION: "eu-west-1" };
    const resolved = target(content, { env, profile: "q", region: "eu-west-3" });
    expect(resolved).toMatchObject({ functionName: "migrate", region: "us-east-1", warnings: [] });
    for (const key of ["profile", "account", "endpoint", "roleArn"]) expect(resolved).not.toHaveProperty(key);
    expect(target({ stages: { dev: { local: { handler: "h.handler" } } } }).functionName).toBe(
      "migrate-lambda-dev",
    );
  });
});

describe("function names", () => {
  test.each([
    ["f", { name: "f" }],
    ["f:live", { name: "f", qualifier: "live" }],
    ["f:$LATEST", { name: "f", qualifier: "$LATEST" }],
    ["123456789012:function:f", { name: "f", account: "123456789012" }],
    ["123456789012:function:f:3", { name: "f", account: "123456789012", qualifier: "3" }],
    [arn, { name: "migrate", account: "123456789012", region: "us-west-2", partition: "aws" }],
    [
      "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:m:live",
      {
        name: "m",
        qualifier: "live",
        account: "123456789012",
        region: "us-gov-west-1",
        partition: "aws-us-gov",
      },
    ],
  ])("%s", (text, parsed) => {
    expect(parseFunctionName(text)).toEqual(parsed);
  });

  test.each([
    "",
    "f:",
    ":f",
    "f:a:b",
    "f g",
    "arn:aws:lambda:us-west-2:function:f",
    "arn:aws:s3:::bucket",
    "arn:aws:lambda:us-west-2:123456789012:function:",
    "f\n",
    "f".repeat(65),
  ])("%j is none", (text) => {
    expect(parseFunctionName(text)).toHaveProperty("invalid");
  });

  const letters = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_-]{0,30}$/).filter((name) => name !== "function");
  const accounts = fc.stringMatching(/^\d{12}$/);
  const place = fc.oneof(
    fc.constant({}),
    accounts.map((account) => ({ account })),
    fc.record({
      account: accounts,
      region: fc.constantFrom("us-west-2", "us-gov-west-1", "eusc-de-east-1"),
      partition: fc.constantFrom("aws", "aws-us-gov", "aws-cn"),
    }),
  );
  const qualifiers = fc.oneof(
    fc.constant({}),
    letters.map((qualifier) => ({ qualifier })),
  );

  test("what is written is read back the same", () => {
    fc.assert(
      fc.property(letters, place, qualifiers, (name, where, qualifier) => {
        const function_ = { name, ...where, ...qualifier };
        expect(parseFunctionName(formatFunctionName(function_, { qualifier: true }))).toEqual(function_);
        expect(parseFunctionName(formatFunctionName(function_, { qualifier: false }))).toEqual({
          name,
          ...where,
        });
      }),
    );
  });

  test("any text is a name or a reason", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z0-9:$-]{0,40}$/)), (text) => {
        const parsed = parseFunctionName(text);
        if ("invalid" in parsed) expect(parsed.invalid).not.toBe("");
        else expect(parseFunctionName(formatFunctionName(parsed, { qualifier: true }))).toEqual(parsed);
      }),
    );
  });
});

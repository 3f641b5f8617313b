import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findConfig, loadConfig, parseConfig } from "../../src/config/load.js";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "migraterc-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

/** `path line:column message` of every problem. */
function problemsOf(text: string): string[] {
  const parsed = parseConfig(text);
  return parsed.ok
    ? []
    : parsed.problems.map(({ path, line, column, message }) => `${path} ${line}:${column} ${message}`);
}

const minimal = '{ "contract": "migrate-remote", "stages": { "dev": {} } }';

function stage(content: string, name = "dev"): string {
  return `{"contract":"migrate-remote","stages":{"${name}":\n${content}}}`;
}

describe("findConfig", () => {
  test("finds the nearest file upward, and tells everywhere it looked when there is none", async () => {
    const inner = join(directory, "find", "a", "b");
    await mkdir(inner, { recursive: true });
    const none = await findConfig(inner);
    expect(none.found).toBe(false);
    const lookedFor = none.found ? [] : none.lookedFor;
    expect(lookedFor[0]).toBe(join(inner, ".migraterc.json"));
    expect(lookedFor.at(-1)).toBe("/.migraterc.json");

    await writeFile(join(directory, "find", ".migraterc.json"), minimal);
    expect(await findConfig(inner)).toEqual({
      found: true,
      path: join(directory, "find", ".migraterc.json"),
    });
    await writeFile(join(inner, ".migraterc.json"), minimal);
    expect(await findConfig(inner)).toEqual({ found: true, path: join(inner, ".migraterc.json") });
  });
});

describe("package", () => {
  const top = (content: string) => `{"contract":"migrate-remote","stages":{"dev":{}},\n"package":${content}}`;

  test.each<[string, string]>([
    [top(`{}`), "package.directory 2:11 is missing"],
    [top(`{"directory":"a","include":{"../up":"b"}}`), "package.include"],
    [top(`{"directory":"a","include":{"/etc":"b"}}`), "package.include"],
    [top(`{"directory":"a","includes":{}}`), "includes"],
    [stage(`{"local":{"handler":"h.handler"},"package":{"directory":"a"}}`), "stage `dev` is local"],
  ])("%s is told where it stands", (text, problem) => {
    expect(problemsOf(text)).toEqual([expect.stringContaining(problem)]);
  });

  test("may stand at the top, where a local stage has no use for it", () => {
    const text = `{"contract":"migrate-remote","package":{"directory":"a","include":{"b/c":"../d"},"exclude":["*.md"],"build":"make"},"stages":{"dev":{},"here":{"local":{"handler":"h.handler"}}}}`;
    expect(problemsOf(text)).toEqual([]);
  });
});

describe("loadConfig", () => {
  test("reads comments, trailing commas and a byte order mark, and fills in the defaults of local", async () => {
    const path = await file(
      "good.json",
      `\uFEFF// why\n{ "contract": "migrate-remote", /* here */ "stages": { "local": { "local": { "handler": "h.handler", } }, }, }`,
    );
    const loaded = await loadConfig(path);
    expect(loaded).toMatchObject({ ok: true, path });
    expect(loaded.ok && loaded.config.stages.local?.local).toEqual({
      handler: "h.handler",
      database: "embedded",
      timeout: 300,
      memory: 512,
      environment: {},
    });
  });

  test.each([
    ["missing", async () => join(directory, "nowhere.json"), "does not exist"],
    ["a directory", async () => directory, "is not a file"],
    ["huge", async () => file("huge.json", `${minimal}${" ".repeat(1_000_000)}`), "is larger than 1 MB"],
    ["UTF-16", async () => file("utf16.json", Buffer.from(`\uFEFF${minimal}`, "utf16le")), "is not UTF-8"],
  ])("a file that is %s is told of, not an exception", async (_, make, message) => {
    const loaded = await loadConfig(await make());
    expect(loaded.ok).toBe(false);
    expect("unreadable" in loaded && loaded.unreadable).toContain(message);
  });
});

describe("what is wrong with a file", () => {
  test("is told all at once, each with its path and place", () => {
    const text = [
      "{",
      '  "contract": "migrate-remot",',
      '  "acount": "1",',
      '  "stages": {',
      '    "prod": { "protcted": true, "account": 123, "snapshot": "requird" },',
      '    "a b": {},',
      "  },",
      '  "defaultStage": "prd",',
      "}",
    ].join("\n");
    expect(problemsOf(text)).toEqual([
      'contract 2:15 must be "migrate-remote", "admin-operation", "empty-event" or "applied-list": did you mean `migrate-remote`?',
      "acount 3:3 unknown key `acount`: did you mean `account`?",
      "stages.prod.protcted 5:15 unknown key `protcted`: did you mean `protected`?",
      'stages.prod.account 5:44 must be a string of 12 digits, in quotes: "123456789012"',
      'stages.prod.snapshot 5:61 must be "required", "pointInTime" or "none": did you mean `required`?',
      "stages[\"a b\"] 6:5 a stage's name has letters, digits, '-' and '_', at most 64",
      "defaultStage 8:19 is not one of the stages: did you mean `prod`?",
    ]);
  });

  test.each([
    ["", "1:1 expected a value"],
    ['{"a" 1}', "1:6 expected ':' after the key"],
    ['{\n  "a": 1\n  "b": 2}', "3:3 expected ',' between two entries"],
    ["{'a': 1}", "1:2 is not JSON here"],
    ['{"a": "b', 'expected "'],
    ["{} {}", "1:4 expected nothing more"],
    ["/* open", "this comment is never closed"],
    ["[".repeat(100_000), "1:65 is nested more than 64 levels deep"],
  ])("a syntax error has its place and what was expected: %s", (text, expected) => {
    expect(problemsOf(text).join("\n")).toContain(expected);
  });

  test.each([
    ["null", " 1:1 must be an object, is null"],
    ["[]", " 1:1 must be an object, is an array"],
    ['{"contract":"migrate-remote"}', "stages 1:1 is missing"],
    ['{"contract":"migrate-remote","stages":{}}', "stages 1:39 names no stage"],
    ['{"contract":"migrate-remote","stages":{"d":{}},"stages":{"d":{}}}', "stages 1:48 stands here a second"],
    ['{"contract":"migrate-remote","protected":true,"stages":{"d":{}}}', "`protected` belongs in a stage"],
    [stage('{"project":"x"}'), "`project` belongs at the top"],
    [stage('{"role_arn":"x"}'), "unknown key `role_arn`: did you mean `roleArn`?"],
    [stage('{"region":"us-west2"}'), 'is not an AWS region, such as "us-west-2"'],
    [stage('{"endpoint":"localhost:4566"}'), "must be an http:// or https:// URL"],
    [stage('{"roleArn":"admin"}'), "is not the ARN of a role"],
    [stage('{"mfaSerial":"arn:aws:iam::123456789012:mfa/a"}'), "goes with `roleArn`"],
    [stage('{"database":{}}'), "must have one of `instance` (RDS) and `cluster` (Aurora)"],
    [stage('{"database":{"instance":"a","cluster":"b"}}'), "must have one of `instance`"],
    [stage('{"snapshot":{"reuse":"half an hour"}}'), "stages.dev.snapshot.reuse 2:22 must be an age such as"],
    [stage('{"keepSnapshots":"a month"}'), "stages.dev.keepSnapshots 2:18 must be an age such as"],
    [stage('{"snapshot":"none"}', "prod"), "going without a snapshot takes a reason"],
    [stage('{"local":{}}'), "stages.dev.local.handler 2:10 is missing"],
    [stage('{"local":{"handler":"h.h","timeout":901}}'), "must be at most 900"],
    [stage('{"local":{"handler":"h.h","environment":{"A":1}}}'), "must be a string, is a number"],
    [stage('{"__proto__":{"protected":false}}', "prod"), "unknown key `__proto__`"],
    [stage('{"rules":{"drop-colum":"off"}}'), "unknown key `drop-colum`: did you mean `drop-column`?"],
    [stage('{"rules":{"drop-column":false}}'), 'stages.dev.rules.drop-column 2:25 must be "off" or "on"'],
    [
      '{"contract":"migrate-remote","rules":{"all":"off"},"stages":{"d":{}}}',
      "unknown key `all` (known here: ",
    ],
    ['{"contract":"migrate-remote","rules":["truncate"],"stages":{"d":{}}}', "rules 1:38 must be an object"],
  ])("%s", (text, expected) => {
    expect(problemsOf(text).join("\n")).toContain(expected);
  });

  test("a syntax error stands alone: what follows from it is not the writer's fault", () => {
    expect(problemsOf('{"contract":"migrate-remote","stages":{"dev":{"region":}}, "proyect": 1}')).toEqual([
      " 1:56 expected a value",
    ]);
  });

  test("a local stage may not also say where in AWS it is", () => {
    const aws = `"account":"123456789012","profile":"p","endpoint":"http://h","function":"arn:aws:lambda:us-west-2:123456789012:function:f"`;
    const problems = problemsOf(stage(`{"local":{"handler":"h.h"},${aws}}`));
    expect(problems.map((problem) => problem.split(" ")[0])).toEqual([
      "stages.dev.account",
      "stages.dev.profile",
      "stages.dev.endpoint",
      "stages.dev.function",
    ]);
    const allowed = '"region":"us-west-2","function":"f","database":{"cluster":"c"}';
    expect(problemsOf(stage(`{"local":{"handler":"h.h"},${allowed}}`))).toEqual([]);
  });

  test("contract has no default, and the message says why", () => {
    expect(problemsOf('{"stages":{"dev":{}}}')).toEqual([
      'contract 1:1 is missing: say "migrate-remote", "admin-operation", "empty-event" or "applied-list". There is no default: a Lambda asked in the wrong contract may answer by migrating',
    ]);
    expect(problemsOf('{"stages":{"dev":{},"qa":{"contract":"admin-operation"}}}')[0]).toContain(
      "stages.dev.contract 1:18 is missing, here and at the top",
    );
    expect(problemsOf('{"stages":{"qa":{"contract":"admin-operation"}}}')).toEqual([]);
  });

  test("never tells a secret", () => {
    const text = stage(
      `{"endpoint":"https://me:hunter2@host","local":{"handler":1,"database":"mysql://me:hunter2@db/x"},"https://me:hunter2@k":1,"snapshot":"postgresql://me:hunter2@db"}`,
    );
    expect(problemsOf(text).length).toBeGreaterThanOrEqual(4);
    expect(problemsOf(text).join("\n")).not.toContain("hunter2");
  });

  test("keys of the prototype are only keys", () => {
    expect(problemsOf('{"contract":"migrate-remote","stages":{"constructor":{},"toString":{}}}')).toEqual([]);
    expect(problemsOf('{"contract":"migrate-remote","stages":{"d":{"constructor":1}}}')[0]).toContain(
      "unknown key `constructor`",
    );
    expect(({} as Record<string, unknown>).protected).toBeUndefined();
  });
});

describe("any text", () => {
  const known = fc.constantFrom(
    ..."stages dev prod contract local snapshot database reuse none account __proto__ constructor".split(" "),
  );
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom("migrate-remote", "required", "embedded", null, true, 0, 1.5, ""),
      fc.string(),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.oneof(known, fc.string()), tie("value"), { maxKeys: 4, noNullPrototype: false }),
    ),
  })).value;

  test("is either a configuration or at least one placed problem", () => {
    const check = (text: string) => {
      const parsed = parseConfig(text);
      const lines = text.split(/\r\n|\r|\n/).length;
      if (parsed.ok) expect(Object.keys(parsed.config.stages)).not.toEqual([]);
      else {
        expect(parsed.problems).not.toEqual([]);
        for (const { line, column, message } of parsed.problems) {
          expect(message).not.toBe("");
          expect(column).toBeGreaterThanOrEqual(1);
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(lines);
        }
      }
    };
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          json.map((value) => JSON.stringify(value) ?? ""),
        ),
        check,
      ),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(fc.string(), fc.nat(minimal.length), (noise, at) =>
        check(minimal.slice(0, at) + noise + minimal.slice(at)),
      ),
      { numRuns: 500 },
    );
  });
});

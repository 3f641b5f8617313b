import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { partitionOf } from "../../src/scaffold/iam/arn.js";
import { managedPolicySize, sizeOf } from "../../src/scaffold/iam/documents.js";
import type { IamFacts, Statement } from "../../src/scaffold/iam/facts.js";
import { operatorParts, type Policy, policiesFor } from "../../src/scaffold/iam.js";
import { hasPython } from "../support/python.js";
import { kindsOfStages } from "./iam-facts.js";

const statements = (policy: Policy): Statement[] => policy.documents.flatMap(({ Statement: all }) => all);
const policyOf = (facts: IamFacts, role: Policy["role"]) =>
  policiesFor(facts).find((policy) => policy.role === role) as Policy;
const plain = kindsOfStages["an instance"] as IamFacts;

describe.each(Object.entries(kindsOfStages))("%s", (_, facts) => {
  test("every document fits a managed policy, and every statement has a name of its own", () => {
    for (const policy of policiesFor(facts)) {
      for (const document of policy.documents)
        expect(sizeOf(document)).toBeLessThanOrEqual(managedPolicySize);
      const sids = statements(policy).map(({ Sid }) => Sid);
      expect(new Set(sids).size).toBe(sids.length);
      for (const sid of sids) expect(sid).toMatch(/^[A-Za-z0-9]+$/);
      expect(policy.parts.map(({ sid }) => sid)).toEqual(sids);
    }
  });

  test("nothing is allowed on everything but what IAM knows no resource for", () => {
    const wide = policiesFor(facts)
      .flatMap(statements)
      .filter(({ Resource, Effect }) => Effect === "Allow" && Resource.includes("*"))
      .map(({ Sid }) => Sid);
    expect(wide.filter((sid) => !["InspectAccount", "NetworkReads"].includes(sid))).toEqual([]);
    for (const { Action } of policiesFor(facts).flatMap(statements)) expect(Action.join()).not.toContain("*");
  });

  test("the reader can neither execute, change, nor see the function's environment", () => {
    const actions = statements(policyOf(facts, "reader")).flatMap(({ Action }) => Action);
    expect(actions.filter((action) => !/:(Describe|Filter|List|Get)/.test(action))).toEqual([]);
    expect(actions).toContain("logs:FilterLogEvents");
    expect(actions).not.toContain("lambda:GetFunctionConfiguration");
    expect(actions).not.toContain("lambda:InvokeFunction");
  });
});

describe.skipIf(!hasPython("parliament"))(
  "parliament, which knows every action, its resources and conditions",
  () => {
    const script = fileURLToPath(new URL("check_policies.py", import.meta.url));
    const check = (policies: Record<string, object>): string[] =>
      execFileSync("python3", [script], { input: JSON.stringify(policies), encoding: "utf8" })
        .split("\n")
        .filter((line) => line !== "");

    test("finds what is wrong: an action that does not exist, a resource that is no such thing", () => {
      const statement = {
        Sid: "A",
        Effect: "Allow",
        Action: ["rds:MakeSnapshot"],
        Resource: ["arn:aws:s3:::a"],
      };
      const found = check({ wrong: { Version: "2012-10-17", Statement: [statement] } });
      expect(found.join("\n")).toContain("UNKNOWN_ACTION");
    });

    test("has nothing against any policy of any kind of stage", () => {
      const documents = Object.entries(kindsOfStages).flatMap(([kind, facts]) =>
        policiesFor(facts).flatMap(({ role, documents: all }) =>
          all.map((document, index): [string, object] => [`${kind}, ${role} ${index}`, document]),
        ),
      );
      expect(documents.length).toBeGreaterThan(20);
      // Lambda sets this key for whatever a function calls; parliament's table has it for Lambda's own actions alone.
      const unknownToIt =
        /UNKNOWN_CONDITION_FOR_ACTION Unknown condition lambda:SourceFunctionArn for action ec2:/;
      const found = check(Object.fromEntries(documents));
      expect(found.filter((line) => !unknownToIt.test(line))).toEqual([]);
    });
  },
);

test("a version or an alias is what may be invoked, and the function itself is not", () => {
  const facts = kindsOfStages["a cluster, an alias, a role"] as IamFacts;
  const invoke = statements(policyOf(facts, "operator")).find(({ Sid }) => Sid === "InvokeFunction");
  expect(invoke?.Resource).toEqual(["arn:aws:lambda:eu-west-1:123456789012:function:migrate:live"]);
});

test("a function that reads is where its name says, in the stage's partition", () => {
  const facts = kindsOfStages["China, another function that reads, somebody's own handler"] as IamFacts;
  const invoke = statements(policyOf(facts, "operator")).find(({ Sid }) => Sid === "InvokeFunction");
  expect(invoke?.Resource).toEqual([
    "arn:aws-cn:lambda:cn-north-1:123456789012:function:shop-api-migrate-lambda-prod",
    "arn:aws-cn:lambda:cn-northwest-1:210987654321:function:query",
  ]);
});

test("without a database and a way back there is nothing of RDS", () => {
  const actions = operatorParts(kindsOfStages["no way back at all"] as IamFacts).flatMap(
    (part) => part.statement.Action,
  );
  expect(actions.filter((action) => action.startsWith("rds:"))).toEqual([]);
});

test("what the configuration does not say is told", () => {
  const notes = policyOf(kindsOfStages["neither account nor region"] as IamFacts, "operator").notes.join(
    "\n",
  );
  expect(notes).toContain("does not say account and region");
  expect(policyOf(plain, "operator").notes.join("\n")).not.toContain("does not say");
});

test("only a job in the stage's own environment may be the operator", () => {
  const [statement] = policyOf(plain, "operator").trust?.document.Statement ?? [];
  expect(statement?.Condition?.StringEquals).toEqual({
    "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
    "token.actions.githubusercontent.com:sub": "repo:acme/shop:environment:prod",
  });
});

test("each region is in its partition", () => {
  expect(
    [
      "eu-west-1",
      "cn-north-1",
      "us-gov-west-1",
      "us-iso-east-1",
      "us-isob-east-1",
      "eusc-de-east-1",
      undefined,
    ].map(partitionOf),
  ).toEqual(["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-eusc", "aws"]);
});

test("whatever the names, each part is in exactly one document, in order", () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,62}$/);
  fc.assert(
    fc.property(
      name,
      name,
      fc.constantFrom("instance" as const, "cluster" as const),
      (own, identifier, kind) => {
        const facts: IamFacts = { ...plain, function: { name: own }, database: { kind, identifier } };
        const operator = policyOf(facts, "operator");
        expect(statements(operator)).toEqual(operatorParts(facts).map(({ statement }) => statement));
        for (const document of operator.documents)
          expect(sizeOf(document)).toBeLessThanOrEqual(managedPolicySize);
      },
    ),
  );
});

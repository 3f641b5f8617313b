import { beforeAll, describe, expect, test } from "vitest";
import { operatorParts } from "../../src/scaffold/iam.js";
import { callOf, callsByCommand } from "./calls/api-calls.js";
import { kindsOfStages } from "./iam-facts.js";

/** What IAM calls an action otherwise than the API calls its operation. */
const otherwise: Record<string, string[]> = {
  "lambda:Invoke": ["lambda:InvokeFunction"],
  // Whoever has credentials may ask whose they are.
  "sts:GetCallerIdentity": [],
  // A request that brings tags needs the right to tag.
  "rds:CreateDBSnapshot": ["rds:CreateDBSnapshot", "rds:AddTagsToResource"],
  "rds:CreateDBClusterSnapshot": ["rds:CreateDBClusterSnapshot", "rds:AddTagsToResource"],
  "rds:CreateDBInstance": ["rds:CreateDBInstance", "rds:AddTagsToResource"],
  "rds:RestoreDBInstanceFromDBSnapshot": ["rds:RestoreDBInstanceFromDBSnapshot", "rds:AddTagsToResource"],
  "rds:RestoreDBInstanceToPointInTime": ["rds:RestoreDBInstanceToPointInTime", "rds:AddTagsToResource"],
  "rds:RestoreDBClusterFromSnapshot": ["rds:RestoreDBClusterFromSnapshot", "rds:AddTagsToResource"],
  "rds:RestoreDBClusterToPointInTime": ["rds:RestoreDBClusterToPointInTime", "rds:AddTagsToResource"],
};

function actionsOf(call: string): string[] {
  const known = otherwise[call];
  return known ?? [call.replace(/^cloudwatch-logs:/, "logs:")];
}

/** Every part there is: no kind of stage has them all. */
const parts = Object.values(kindsOfStages).flatMap(operatorParts);
const grantedTo = (command: string) =>
  sorted(
    parts.filter(({ commands }) => commands.includes(command)).flatMap(({ statement }) => statement.Action),
  );
const sorted = (actions: Iterable<string>) => [...new Set(actions)].sort();

describe("the rights that a command is said to need are those of the calls that its code can make", () => {
  let calls: Map<string, Set<string>>;
  beforeAll(() => {
    calls = callsByCommand();
  });

  test("the sources were read: a run invokes, reads logs and takes snapshots; a status does not", () => {
    expect([...(calls.get("run") ?? [])]).toEqual(
      expect.arrayContaining(["lambda:Invoke", "cloudwatch-logs:FilterLogEvents", "rds:CreateDBSnapshot"]),
    );
    expect([...(calls.get("status") ?? [])].some((call) => call.startsWith("rds:"))).toBe(false);
    expect(calls.get("lint")).toEqual(new Set());
  });

  test("no command lacks one, and none has one that nothing uses", () => {
    const needed = Object.fromEntries(
      [...calls].map(([command, made]) => [command, sorted([...made].flatMap(actionsOf))]),
    );
    const granted = Object.fromEntries([...calls.keys()].map((command) => [command, grantedTo(command)]));
    expect(granted).toEqual(needed);
  });

  test("every command that a part names exists, and every part is for some command", () => {
    const named = parts.flatMap(({ commands }) => commands);
    expect(sorted(named).filter((command) => !calls.has(command))).toEqual([]);
    expect(parts.filter(({ commands }) => commands.length === 0)).toEqual([]);
  });
});

test("a call is known by its command and by its paginator", () => {
  expect(callOf("@aws-sdk/client-rds:CreateDBSnapshotCommand")).toBe("rds:CreateDBSnapshot");
  expect(callOf("@aws-sdk/client-rds:paginateDescribeDBProxies")).toBe("rds:DescribeDBProxies");
  expect(callOf("@aws-sdk/client-rds:RDSClient")).toBeUndefined();
  expect(callOf("@aws-sdk/client-rds:CreateDBInstanceCommandInput")).toBeUndefined();
});

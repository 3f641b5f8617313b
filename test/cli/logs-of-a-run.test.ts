import { afterEach, expect, test } from "vitest";
import { type AwsLogs, awsLogs } from "../support/aws-logs.js";

const group = "/custom/migrations";
const mine = "11111111-1111-4111-8111-111111111111";
const other = "22222222-2222-4222-8222-222222222222";
const start = (id: string) => `START RequestId: ${id} Version: $LATEST`;
const report = (id: string) =>
  `REPORT RequestId: ${id}\tDuration: 2.00 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\tMax Memory Used: 40 MB\t`;

let aws: AwsLogs;
afterEach(() => aws.close());

/** A Lambda of document 001 with one migration; `work` writes what the run writes, and gives its log's end. */
async function open(work: () => string): Promise<void> {
  let applied = false;
  const state = () => ({
    success: true,
    status: applied ? "up_to_date" : "pending_migrations",
    current_revision: applied ? "001" : "000",
    head_revision: "001",
    pending_migrations: applied ? [] : ["001"],
  });
  aws = await awsLogs({
    group,
    contract: "admin-operation",
    invoke: ({ confirm }) => {
      if (confirm !== true) return { requestId: other, answer: state() };
      applied = true;
      const tail = work();
      return { requestId: mine, answer: { ...state(), applied_migrations: ["001"] }, tail };
    },
  });
}

test("lines until the REPORT line, with a verdict that agrees with Lambda's own tail", async () => {
  const lines = [start(mine), "applying 001", "done", `END RequestId: ${mine}`, report(mine)];
  await open(() => {
    aws.put("a", lines, 0);
    return `${lines.join("\n")}\n`;
  });
  const end = await aws.cli(["run", "--json"]);
  expect(end.exitCode, end.stdout + end.stderr).toBe(0);
  expect(end.json().logs).toEqual({
    group,
    stream: "a",
    requestId: mine,
    lines: 3,
    late: 0,
    missing: 0,
    ended: true,
  });
  expect(end.stderr).toMatch(/ {2}applying 001\n\S+ {2}done\n\S+ {2}took 2 ms/);
  expect(end.stderr).toContain("3 log lines, none missing");
});

test("no REPORT line: the answer and a quiet spell are the end, and a line that CloudWatch withholds is shown", async () => {
  await open(() => {
    aws.put("a", [JSON.stringify({ level: "INFO", requestId: mine, message: "applying 001" })], 0);
    return '{"level":"INFO","requestId":"x","message":"applying 001"}\nwithheld\n';
  });
  const end = await aws.cli(["run", "--json"]);
  expect(end.json().logs).toMatchObject({ requestId: mine, lines: 1, missing: 1, ended: false });
  expect(end.stderr).toMatch(/late withheld\n/);
  expect(end.stderr).toContain("1 not seen in CloudWatch, shown from the function's answer");
});

test("another invocation at the same time: the answer settles which one it was", async () => {
  await open(() => {
    aws.put("b", [start(other), "a stranger's"], 0);
    aws.put("a", [start(mine), "applying 001"], -20);
    aws.put("a", [report(mine)], -30);
    return "applying 001\n";
  });
  const end = await aws.cli(["run", "--json"]);
  expect(end.json().logs).toMatchObject({ requestId: mine, stream: "a", missing: 0, ended: true });
  expect(end.stderr).toContain("applying 001");
});

import { appendFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import {
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
  GetLogEventsCommand,
  StartQueryCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { LocalSession } from "../../src/local/open.js";
import { aFunction, clients, createProject, invoke, type Project, until } from "./support.js";

const logGroupName = "/aws/lambda/hello-handler";
const functions = [aFunction("hello.handler"), aFunction("modes.handler")];
let project: Project;
let session: LocalSession;
let requestIds: string[];
let stream: string;

beforeAll(async () => {
  project = await createProject();
  session = await project.open(functions);
  requestIds = [];
  for (let n = 0; n < 3; n += 1) {
    const { requestId, answer } = await invoke(session, "hello-handler");
    requestIds.push(requestId);
    stream = answer.logStream;
  }
});
afterAll(() => project.end());

async function filter(input: Partial<FilterLogEventsCommandInput> = {}, from = session) {
  const page = await clients(from).logs.send(new FilterLogEventsCommand({ logGroupName, ...input }));
  return { ...page, messages: (page.events ?? []).map(({ message }) => message) };
}

it("finds a request's lines by its id, in the order in which they were written", async () => {
  const { messages, nextToken } = await filter({ filterPattern: `"${requestIds[1]}"` });
  expect(nextToken).toBeUndefined();
  expect(messages.map((message) => message?.split(/[ \t]/)[0])).toEqual([
    "START",
    expect.stringMatching(/^\d{4}-/),
    "END",
    "REPORT",
  ]);
  expect((await filter({ filterPattern: `REPORT "${requestIds[1]}"` })).messages).toHaveLength(1);
});

it("pages: every event once, whatever the size of the page", async () => {
  const all = await filter();
  expect(all.messages).toHaveLength(18);
  expect(new Set(all.events?.map(({ eventId }) => eventId)).size).toBe(18);
  for (const limit of [1, 7, 18]) {
    const seen: unknown[] = [];
    let nextToken: string | undefined;
    do {
      const page = await filter({ limit, nextToken });
      expect(page.messages.length).toBeLessThanOrEqual(limit);
      seen.push(...(page.events ?? []));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(seen).toEqual(all.events);
  }
});

it("filters by time and stream", async () => {
  const { events = [] } = await filter();
  const last = events.at(-1)?.timestamp ?? 0;
  expect((await filter({ startTime: last + 1 })).messages).toEqual([]);
  expect((await filter({ startTime: last })).messages.length).toBeGreaterThan(0);
  expect((await filter({ endTime: (events[0]?.timestamp ?? 0) - 1 })).messages).toEqual([]);
  expect((await filter({ logStreamNames: [stream] })).messages).toHaveLength(18);
  expect((await filter({ logStreamNames: ["another"] })).messages).toEqual([]);
  expect((await filter({ logStreamNamePrefix: stream.slice(0, 12) })).messages).toHaveLength(18);
});

it("takes a group by its ARN", async () => {
  const logGroupIdentifier = `arn:aws:logs:us-east-1:000000000000:log-group:${logGroupName}`;
  const page = await clients(session).logs.send(new FilterLogEventsCommand({ logGroupIdentifier }));
  expect(page.events).toHaveLength(18);
});

it("shows lines while the handler is still at work", async () => {
  const name = "/aws/lambda/modes-handler";
  const running = invoke(session, "modes-handler", { mode: "sleep", milliseconds: 1_500 });
  let ended = false;
  running.finally(() => {
    ended = true;
  });
  await until(
    async () => (await filter({ logGroupName: name }).catch(() => ({ messages: [] }))).messages.length > 0,
    "START",
  );
  expect(ended).toBe(false);
  await running;
});

it("lists groups and streams", async () => {
  const { logs } = clients(session);
  const { logGroups = [] } = await logs.send(
    new DescribeLogGroupsCommand({ logGroupNamePrefix: "/aws/lambda/hello" }),
  );
  expect(logGroups.map((group) => group.logGroupName)).toEqual([logGroupName]);
  const { logStreams = [] } = await logs.send(
    new DescribeLogStreamsCommand({ logGroupName, orderBy: "LastEventTime", descending: true, limit: 1 }),
  );
  expect(logStreams[0]?.logStreamName).toBe(stream);
  expect(logStreams[0]?.lastEventTimestamp).toBeGreaterThan(Date.now() - 60_000);
});

it("reads one stream from either end", async () => {
  const { logs } = clients(session);
  const read = (input: { startFromHead?: boolean; nextToken?: string | undefined; limit: number }) =>
    logs.send(new GetLogEventsCommand({ logGroupName, logStreamName: stream, ...input }));
  const head = await read({ startFromHead: true, limit: 10 });
  const more = await read({ nextToken: head.nextForwardToken, limit: 10 });
  const end = await read({ nextToken: more.nextForwardToken, limit: 10 });
  expect([head.events?.length, more.events?.length, end.events?.length]).toEqual([10, 8, 0]);
  expect(end.nextForwardToken).toBe(more.nextForwardToken);
  const tail = await read({ limit: 2 });
  expect(tail.events?.map(({ message }) => message?.split(" ")[0])).toEqual(["END", "REPORT"]);
});

it.each([
  ["an unknown group", new FilterLogEventsCommand({ logGroupName: "/nowhere" }), "ResourceNotFoundException"],
  [
    "a JSON pattern",
    new FilterLogEventsCommand({ logGroupName, filterPattern: '{ $.a = "b" }' }),
    "InvalidParameterException",
  ],
  [
    "an excluded term",
    new FilterLogEventsCommand({ logGroupName, filterPattern: "-START" }),
    "InvalidParameterException",
  ],
  [
    "a made-up token",
    new FilterLogEventsCommand({ logGroupName, nextToken: "abc" }),
    "InvalidParameterException",
  ],
  [
    "a parameter that it does not know",
    new DescribeLogGroupsCommand({ logGroupClass: "STANDARD" }),
    "InvalidParameterException",
  ],
  [
    "a limit too large",
    new FilterLogEventsCommand({ logGroupName, limit: 10_001 }),
    "InvalidParameterException",
  ],
])("refuses %s", async (_what, command, name) => {
  await expect(clients(session).logs.send(command as FilterLogEventsCommand)).rejects.toMatchObject({ name });
});

it("names a call that it does not know", async () => {
  const command = new StartQueryCommand({
    logGroupName,
    queryString: "fields @message",
    startTime: 0,
    endTime: 1,
  });
  await expect(clients(session).logs.send(command)).rejects.toMatchObject({
    name: "UnknownOperationException",
    message: "migrate-remote local does not implement Logs_20140328.StartQuery.",
  });
});

it("survives the keeper, and half a line that a killed one left", async () => {
  const before = await filter();
  const folder = join(project.dataDirectory, "logs", encodeURIComponent(logGroupName));
  await session.close();
  for (const file of readdirSync(folder)) appendFileSync(join(folder, file), '{"t":17634,"m":"hal');
  session = await project.open(functions);
  expect((await filter()).events).toEqual(before.events);
});

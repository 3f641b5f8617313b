import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { afterEach, expect, test } from "vitest";
import { type ClientSettings, clientSettings } from "../../src/remote/clients.js";
import type { LogPage, LogQuery } from "../../src/remote/far-side.js";
import { openRemote } from "../../src/remote/open.js";
import { readWhole } from "../../src/remote/read-whole.js";
import { listen } from "../support/loopback.js";
import { credentials } from "./support.js";

const page = JSON.stringify({
  events: [
    { logStreamName: "s", timestamp: 5, message: "é", ingestionTime: 6, eventId: "1" },
    { logStreamName: "s", timestamp: 7, message: "b", ingestionTime: 8, eventId: "2" },
  ],
  searchedLogStreams: [],
  nextToken: "t",
});

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A CloudWatch Logs that answers each call as it is told, and counts them. */
async function logsThat(
  answer: (response: ServerResponse, call: number) => void,
  provider: ClientSettings["credentials"] = credentials,
) {
  const requests: { headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    requests.push({ headers: request.headers, body });
    answer(response, requests.length);
  });
  const { port, close } = await listen(server);
  const access = { endpoint: `http://127.0.0.1:${port}`, region: "eu-west-1", credentials };
  const remote = openRemote({ functionName: "f", ...access }, () => ({
    ...clientSettings(access, {}),
    credentials: provider,
  }));
  closing.push(remote.close, close);
  const ask = (query: Partial<LogQuery> = {}): Promise<LogPage> =>
    remote.farSide.logEvents({ group: "g", startTime: 0, ...query });
  return { ask, requests, calls: () => requests.length };
}

function throttled(response: ServerResponse): void {
  response.writeHead(400, { "content-type": "application/x-amz-json-1.1" });
  response.end('{"__type":"ThrottlingException","message":"Rate exceeded"}');
}

test("a page is read in one go", async () => {
  const { ask } = await logsThat((response) => response.end(page));
  const { events, nextToken } = await ask();
  expect(nextToken).toBe("t");
  expect(events).toEqual([
    { id: "1", stream: "s", timestamp: 5, ingestionTime: 6, message: "é" },
    { id: "2", stream: "s", timestamp: 7, ingestionTime: 8, message: "b" },
  ]);
});

test("a call that is turned away is told, and not sent again", async () => {
  const { ask, calls } = await logsThat((response, call) =>
    call === 2 ? response.end(page) : throttled(response),
  );
  await expect(ask()).rejects.toMatchObject({ code: "throttled" });
  expect(calls()).toBe(1);
  expect((await ask()).events).toHaveLength(2);
});

test("queries that go out as the one before ask for what is theirs, each signed", async () => {
  const { ask, requests } = await logsThat((response) => response.end(page));
  await Promise.all([ask({ startTime: 1 }), ask({ startTime: 2, nextToken: "é" })]);
  await ask({ startTime: 3, group: "h", streams: ["s"], filterPattern: "x", endTime: 4 });
  expect(requests.map(({ body }) => JSON.parse(body))).toEqual([
    { logGroupName: "g", startTime: 1, interleaved: true },
    { logGroupName: "g", startTime: 2, interleaved: true, nextToken: "é" },
    {
      logGroupName: "h",
      startTime: 3,
      endTime: 4,
      interleaved: true,
      filterPattern: "x",
      logStreamNames: ["s"],
    },
  ]);
  const heads = requests.map(({ headers }) => headers);
  for (const header of ["authorization", "amz-sdk-invocation-id"])
    expect(new Set(heads.map((head) => head[header])).size).toBe(3);
  expect(heads.map((head) => head["x-amz-target"])).toEqual(Array(3).fill("Logs_20140328.FilterLogEvents"));
});

test("credentials that could not be had are asked for again", async () => {
  let asked = 0;
  const { ask } = await logsThat(
    (response) => response.end(page),
    async () => {
      asked += 1;
      if (asked === 1) throw new Error("not yet");
      return credentials;
    },
  );
  await expect(ask()).rejects.toThrow();
  expect((await ask()).events).toHaveLength(2);
});

test("an interruption ends the calls that it was given with, and no others", async () => {
  let arrived = () => {};
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const { ask } = await logsThat((response, call) => {
    if (call === 1) arrived();
    else response.end(page);
  });
  const controller = new AbortController();
  const first = ask({ signal: controller.signal });
  await arrival;
  const others = await Promise.all([ask(), ask({ signal: new AbortController().signal })]);
  expect(others.map(({ events }) => events.length)).toEqual([2, 2]);
  controller.abort();
  await expect(first).rejects.toThrow();
  await expect(ask({ signal: controller.signal })).rejects.toThrow();
  expect((await ask()).events).toHaveLength(2);
});

test("half an answer is a fault of the network, and no page", async () => {
  const { ask } = await logsThat((response) => {
    response.writeHead(200, { "content-length": page.length + 1 });
    response.write(page.slice(0, 60), () => response.destroy());
  });
  await expect(ask()).rejects.toMatchObject({ code: "network" });
});

test("what is no answer of CloudWatch is told", async () => {
  const { ask } = await logsThat((response) => response.end("<html>Welcome</html>"));
  await expect(ask()).rejects.toMatchObject({
    message: expect.stringContaining("does not speak the protocol of AWS"),
  });
});

test("an answer that stops in the middle is not waited for without end", async () => {
  const body = new PassThrough();
  body.write("a");
  await expect(readWhole(body, 20)).rejects.toMatchObject({ name: "TimeoutError" });
});

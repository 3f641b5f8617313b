import { createServer, type ServerResponse } from "node:http";
import { PassThrough } from "node:stream";
import { afterEach, expect, test } from "vitest";
import { clientSettings } from "../../src/remote/clients.js";
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
async function logsThat(answer: (response: ServerResponse, call: number) => void) {
  let calls = 0;
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      calls += 1;
      answer(response, calls);
    });
  });
  const { port, close } = await listen(server);
  const access = { endpoint: `http://127.0.0.1:${port}`, region: "eu-west-1", credentials };
  const remote = openRemote({ functionName: "f", ...access }, () => clientSettings(access, {}));
  closing.push(remote.close, close);
  const ask = (query: Partial<LogQuery> = {}): Promise<LogPage> =>
    remote.farSide.logEvents({ group: "g", startTime: 0, ...query });
  return { ask, calls: () => calls };
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

test("a call that is turned away is sent again, but once where the caller paces itself", async () => {
  const { ask, calls } = await logsThat((response, call) =>
    call === 2 ? response.end(page) : throttled(response),
  );
  await expect(ask({ attempts: "once" })).rejects.toMatchObject({ code: "throttled" });
  expect(calls()).toBe(1);
  expect((await ask()).events).toHaveLength(2);
});

test("half an answer is a fault of the network, and no page", async () => {
  const { ask } = await logsThat((response) => {
    response.writeHead(200, { "content-length": page.length + 1 });
    response.write(page.slice(0, 60), () => response.destroy());
  });
  await expect(ask({ attempts: "once" })).rejects.toMatchObject({ code: "network" });
});

test("what is no answer of CloudWatch is told", async () => {
  const { ask } = await logsThat((response) => response.end("<html>Welcome</html>"));
  await expect(ask({ attempts: "once" })).rejects.toMatchObject({
    message: expect.stringContaining("does not speak the protocol of AWS"),
  });
});

test("an answer that stops in the middle is not waited for without end", async () => {
  const body = new PassThrough();
  body.write("a");
  await expect(readWhole(body, 20)).rejects.toMatchObject({ name: "TimeoutError" });
});

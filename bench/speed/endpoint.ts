// Lambda and CloudWatch Logs as far as `status` and `run` ask them, on loopback, answered at once or after LATENCY_MS. A run is done the moment
// that it is asked for, and its log is there.
// node --import ./.config/typescript.mjs bench/speed/endpoint.ts LATENCY_MS
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import * as z from "zod";
import { makeFarSide } from "./far-side.js";

const latencyMs = z.coerce.number().parse(process.argv[2]);
const farSide = makeFarSide();
const asked = { requests: 0, inFlight: 0, most: 0, busyMs: 0, since: 0 };

interface Answer {
  type: string;
  body: string;
  headers?: Record<string, string>;
}

const server = createServer(async (request, response) => {
  const { url = "" } = request;
  const body = await bodyOf(request);
  if (url === "/usage") return send(response, { type: "application/json", body: JSON.stringify(usage()) });
  asked.requests += 1;
  if (asked.inFlight === 0) asked.since = performance.now();
  asked.inFlight += 1;
  asked.most = Math.max(asked.most, asked.inFlight);
  const answer = answerTo(url, body);
  const end = () => {
    asked.inFlight -= 1;
    send(response, answer);
    if (asked.inFlight === 0) asked.busyMs += performance.now() - asked.since;
  };
  if (latencyMs === 0) end();
  else setTimeout(end, latencyMs);
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port })}\n`);
});

function answerTo(url: string, body: string): Answer {
  const json = "application/json";
  const [, functionName = "", what] = /\/functions\/([^/]+)\/(configuration|invocations)/.exec(url) ?? [];
  if (what === "configuration")
    return { type: json, body: JSON.stringify(farSide.configuration(functionName)) };
  if (what === undefined)
    return { type: "application/x-amz-json-1.1", body: JSON.stringify({ events: farSide.logEvents() }) };
  const requestId = randomUUID();
  const { payload, logTail } = farSide.invoke(functionName, body === "" ? {} : JSON.parse(body), requestId);
  const headers = {
    "x-amzn-requestid": requestId,
    "x-amz-executed-version": "$LATEST",
    "x-amz-log-result": Buffer.from(logTail).toString("base64"),
  };
  return { type: json, body: JSON.stringify(payload), headers };
}

/** What was asked since the last look, the most that was in flight at one time, and how long anything was. */
function usage() {
  const { requests, most, busyMs } = asked;
  Object.assign(asked, { requests: 0, most: asked.inFlight, busyMs: 0 });
  return { requests, most, busyMs };
}

function send(response: ServerResponse, { type, body, headers }: Answer): void {
  response.writeHead(200, { "content-type": type, ...headers }).end(body);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

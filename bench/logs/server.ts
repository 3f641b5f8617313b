// CloudWatch Logs and Lambda as far as `logs` asks them, on loopback: replays events whose JSON was made beforehand.
// node --import ./.config/typescript.mjs bench/logs/server.ts EVENTS LATENCY_MS
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import * as z from "zod";
import { firstAtLeast, makeCorpus, pageFrom } from "./corpus.js";
import { functionName, logGroup, spanMs } from "./names.js";

const [count, latencyMs] = z.tuple([z.coerce.number(), z.coerce.number()]).parse(process.argv.slice(2));
const until = Date.now() - 60_000;
const corpus = makeCorpus(count, until - spanMs, until);

const query = z.object({
  logGroupName: z.literal(logGroup),
  startTime: z.number().default(0),
  endTime: z.number().default(Number.MAX_SAFE_INTEGER),
  nextToken: z.string().optional(),
});

let requests = 0;

const server = createServer(async (request, response) => {
  if (request.url === "/usage") return answer(response, 200, JSON.stringify(usage()));
  if (request.url?.includes("/functions/") === true) {
    return answer(response, 200, JSON.stringify({ FunctionName: functionName, State: "Active" }));
  }
  const wanted = query.safeParse(JSON.parse(await bodyOf(request)));
  if (!wanted.success) return answer(response, 400, '{"__type":"InvalidParameterException"}');
  requests += 1;
  const { startTime, endTime, nextToken } = wanted.data;
  const from = nextToken === undefined ? firstAtLeast(corpus.timestamps, startTime) : Number(nextToken);
  const { events, next } = pageFrom(corpus, from, endTime);
  const head = Buffer.from('{"events":[');
  const token = next === undefined ? "" : `,"nextToken":"${next}"`;
  const tail = Buffer.from(`],"searchedLogStreams":[]${token}}`);
  const send = () => {
    response.writeHead(200, {
      "content-type": "application/x-amz-json-1.1",
      "content-length": head.length + events.length + tail.length,
    });
    response.cork();
    response.write(head);
    response.write(events);
    response.end(tail);
  };
  if (latencyMs === 0) send();
  else setTimeout(send, latencyMs);
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port })}\n`);
});

/** Processor time of this process in milliseconds, and the pages that it served. */
function usage() {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1000, requests };
}

function answer(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "content-type": "application/json" }).end(body);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

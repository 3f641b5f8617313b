import { createServer } from "node:http";
import type { LogEvent } from "../../src/remote/far-side.js";
import { listen } from "../../test/support/loopback.js";
import { scriptedLogs } from "../../test/support/scripted-logs.js";
import { eventsOf, type LogScript } from "./scripts.js";

export interface ScriptedCloudWatch {
  url: string;
  /** When each FilterLogEvents came in, the first of them being the script's beginning; milliseconds since the epoch. */
  calls: number[];
  /** Empty before the first call. */
  events: LogEvent[];
  close: () => Promise<void>;
}

const group = "/aws/lambda/shop-api-migrate-lambda-dev";

/** AWS on loopback, as far as following a log needs it: one function, and its log group according to a script. */
export async function serveScript(script: LogScript): Promise<ScriptedCloudWatch> {
  const calls: number[] = [];
  const events: LogEvent[] = [];
  let answer: ReturnType<typeof scriptedLogs> | undefined;

  function filterLogEvents(body: string): [number, unknown] {
    const now = Date.now();
    calls.push(now);
    if (answer === undefined) {
      events.push(...eventsOf(script, now));
      answer = scriptedLogs({ events, pageSize: script.pageSize });
    }
    const page = answer(JSON.parse(body), now, script.behaviour());
    if (typeof page === "string") return [400, { __type: "ThrottlingException", message: "Rate exceeded" }];
    const seen = page.events.map(({ id, stream, ...event }) => ({
      eventId: id,
      logStreamName: stream,
      ...event,
    }));
    return [200, { ...page, events: seen, searchedLogStreams: [] }];
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const isLogs = request.headers["x-amz-target"] === "Logs_20140328.FilterLogEvents";
      const [status, body] = isLogs ? filterLogEvents(Buffer.concat(chunks).toString()) : [200, theFunction];
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
    });
  });
  const { port, close } = await listen(server);
  return { url: `http://127.0.0.1:${port}`, calls, events, close };
}

const theFunction = {
  FunctionName: "shop-api-migrate-lambda-dev",
  State: "Active",
  LastUpdateStatus: "Successful",
  Timeout: 60,
  LoggingConfig: { LogFormat: "Text", LogGroup: group },
};

import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { once } from "../contract/once.js";
import { type Buffers, makeBuffers } from "./buffers.js";
import { type ClientSettings, readTimeout } from "./clients.js";
import type { LogPage, LogQuery } from "./far-side.js";
import { parseLogPage, readLogPage } from "./log-page.js";
import { readWhole } from "./read-whole.js";

export function makeLogs(settings: ClientSettings) {
  const retrying = once(() => new CloudWatchLogsClient({ ...settings, maxAttempts: 3 }));
  const trusting = once(() => new CloudWatchLogsClient({ ...settings, maxAttempts: 1 }));
  const buffers = makeBuffers();
  return {
    logEvents: (query: LogQuery) =>
      logEvents(query.attempts === "once" ? trusting() : retrying(), query, buffers),
  };
}

/** One page of events. An empty page with a token is not the end. */
async function logEvents(client: CloudWatchLogsClient, query: LogQuery, buffers: Buffers): Promise<LogPage> {
  const command = new FilterLogEventsCommand({
    logGroupName: query.group,
    startTime: query.startTime,
    // AWS does so anyway; what only speaks its protocol may otherwise tell one stream after the other.
    interleaved: true,
    ...(query.endTime === undefined ? {} : { endTime: query.endTime }),
    ...(query.filterPattern === undefined ? {} : { filterPattern: query.filterPattern }),
    ...(query.streams === undefined ? {} : { logStreamNames: query.streams }),
    ...(query.nextToken === undefined ? {} : { nextToken: query.nextToken }),
  });
  const page = takePage(command, buffers);
  const output = await client.send(command, {
    ...readTimeout,
    ...(query.signal === undefined ? {} : { abortSignal: query.signal }),
  });
  return page() ?? readLogPage(output);
}

/**
 * Reads a good answer's body before the SDK does, which walks every field of every event along its schema: for a page that takes
 * longer than all the rest. Signing, endpoints, retries and errors stay the SDK's, and so does a body that cannot be read here.
 */
function takePage(command: FilterLogEventsCommand, { take, giveBack }: Buffers): () => LogPage | undefined {
  let page: LogPage | undefined;
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = asResponse(result.response);
      if (response?.statusCode !== 200) return result;
      const body = await readWhole(response.body, readTimeout.requestTimeout, take);
      page = body === undefined ? undefined : parseLogPage(body, undefined, giveBack);
      if (body !== undefined) response.body = page === undefined ? body : nothing;
      return result;
    },
    { step: "deserialize", priority: "low", name: "takePage" },
  );
  return () => page;
}

const nothing = Buffer.from("{}");

interface Response {
  statusCode: unknown;
  body: unknown;
}

function asResponse(value: unknown): Response | undefined {
  return typeof value === "object" && value !== null && "statusCode" in value && "body" in value
    ? value
    : undefined;
}

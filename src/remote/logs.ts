import {
  CloudWatchLogsClient,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
} from "@aws-sdk/client-cloudwatch-logs";
import { monotonicMs } from "../contract/monotonic.js";
import { once } from "../contract/once.js";
import { makeBuffers } from "./buffers.js";
import { type ClientSettings, readTimeout } from "./clients.js";
import type { LogPage, LogQuery } from "./far-side.js";
import { parseLogPage, readLogPage } from "./log-page.js";
import { readWhole } from "./read-whole.js";
import { makeReady, type ReadyRequest, sendReady } from "./ready-request.js";

/** The SDK renews credentials five minutes before their end: a request may be as old as this. */
const readyForMs = 60_000;

/**
 * Reads pages. The queries of one reading differ in nothing but what they ask for, and the SDK takes a millisecond for all the rest of a
 * request: so it makes one ready, and each query is sent as that.
 */
export function makeLogs(settings: ClientSettings) {
  const client = once(() => new CloudWatchLogsClient({ ...settings, maxAttempts: 1 }));
  const pages = once(() => takePages(client()));
  let ready: Ready | undefined;

  function readyFor(query: LogQuery): Promise<ReadyRequest> {
    const { signal } = query;
    const now = monotonicMs();
    if (ready !== undefined && ready.signal === signal && now - ready.since < readyForMs)
      return ready.request;
    const options = { ...readTimeout, ...(signal === undefined ? {} : { abortSignal: signal }) };
    const command = new FilterLogEventsCommand(inputOf(query));
    const request = makeReady(command.middlewareStack, () => client().send(command, options));
    const made = { request, signal, since: now };
    ready = made;
    request.catch(() => {
      if (ready === made) ready = undefined;
    });
    return request;
  }

  return {
    /** One page of events. An empty page with a token is not the end. */
    async logEvents(query: LogQuery): Promise<LogPage> {
      const taken = pages();
      const request = await readyFor(query);
      const { response, output } = await sendReady(request, JSON.stringify(inputOf(query)));
      return taken.get(response) ?? readLogPage(output);
    },
  };
}

interface Ready {
  request: Promise<ReadyRequest>;
  /** Ends every request that is sent as this one. */
  signal: AbortSignal | undefined;
  /** Milliseconds, of a clock that only goes forward. */
  since: number;
}

function inputOf(query: LogQuery): FilterLogEventsCommandInput {
  return {
    logGroupName: query.group,
    startTime: query.startTime,
    // AWS does so anyway; what only speaks its protocol may otherwise tell one stream after the other.
    interleaved: true,
    ...(query.endTime === undefined ? {} : { endTime: query.endTime }),
    ...(query.filterPattern === undefined ? {} : { filterPattern: query.filterPattern }),
    ...(query.streams === undefined ? {} : { logStreamNames: query.streams }),
    ...(query.nextToken === undefined ? {} : { nextToken: query.nextToken }),
  };
}

/**
 * Reads the body of good answers before the SDK does, which walks every field of every event along its schema: for a page that takes
 * longer than all the rest. Errors stay the SDK's, and so does a body that cannot be read here. Gives the pages by their responses.
 */
function takePages(client: CloudWatchLogsClient): WeakMap<object, LogPage> {
  const { take, giveBack } = makeBuffers();
  const pages = new WeakMap<object, LogPage>();
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = asResponse(result.response);
      if (response?.statusCode !== 200) return result;
      const body = await readWhole(response.body, readTimeout.requestTimeout, take);
      const page = body === undefined ? undefined : parseLogPage(body, undefined, giveBack);
      if (page !== undefined) pages.set(response, page);
      if (body !== undefined) response.body = page === undefined ? body : nothing;
      return result;
    },
    { step: "deserialize", priority: "low", name: "takePages" },
  );
  return pages;
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

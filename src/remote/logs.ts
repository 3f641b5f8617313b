import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { type ClientSettings, readTimeout } from "./clients.js";
import type { LogEvent, LogPage, LogQuery } from "./far-side.js";

export function makeLogs(settings: ClientSettings) {
  const client = new CloudWatchLogsClient(settings);
  return { logEvents: (query: LogQuery) => logEvents(client, query) };
}

/** One page of events. An empty page with a token is not the end. */
async function logEvents(client: CloudWatchLogsClient, query: LogQuery): Promise<LogPage> {
  const output = await client.send(
    new FilterLogEventsCommand({
      logGroupName: query.group,
      startTime: query.startTime,
      ...(query.endTime === undefined ? {} : { endTime: query.endTime }),
      ...(query.filterPattern === undefined ? {} : { filterPattern: query.filterPattern }),
      ...(query.streams === undefined ? {} : { logStreamNames: query.streams }),
      ...(query.nextToken === undefined ? {} : { nextToken: query.nextToken }),
    }),
    { ...readTimeout, ...(query.signal === undefined ? {} : { abortSignal: query.signal }) },
  );
  const events = (output.events ?? []).map(
    (event): LogEvent => ({
      id: event.eventId ?? `${event.logStreamName}:${event.timestamp}:${event.message}`,
      stream: event.logStreamName ?? "",
      timestamp: event.timestamp ?? 0,
      ingestionTime: event.ingestionTime ?? event.timestamp ?? 0,
      message: event.message ?? "",
    }),
  );
  return { events, ...(output.nextToken === undefined ? {} : { nextToken: output.nextToken }) };
}

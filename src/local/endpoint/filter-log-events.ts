import * as z from "zod";
import type { LogEvent, LogStore } from "../logs/store.js";
import { AwsError } from "./errors.js";
import { parseFilterPattern } from "./filter-pattern.js";
import { streamsOfGroup } from "./log-group.js";
import { decodeToken, encodeToken, parseParameters } from "./parameters.js";

// What is not listed would change the answer, so it is refused. `interleaved` and `unmask` change nothing here.
const schema = z.strictObject({
  logGroupName: z.string().optional(),
  logGroupIdentifier: z.string().optional(),
  logStreamNames: z.array(z.string()).min(1).max(100).optional(),
  logStreamNamePrefix: z.string().optional(),
  startTime: z.number().nonnegative().default(0),
  endTime: z.number().nonnegative().default(Number.MAX_SAFE_INTEGER),
  filterPattern: z.string().max(1024).default(""),
  limit: z.int().min(1).max(10_000).default(10_000),
  interleaved: z.boolean().optional(),
  unmask: z.boolean().optional(),
  nextToken: z.string().optional(),
});

/** The last event of the page before: a place in the order, which later events do not move. */
const placeSchema = z.object({ timestamp: z.number(), stream: z.string(), index: z.int() });
type Place = z.infer<typeof placeSchema>;

/** A file system's clock runs behind by a tick or two. */
const clockSlackMs = 1000;

const largestPage = 1024 * 1024;

export function filterLogEvents(parameters: unknown, logs: LogStore) {
  const wanted = parseParameters(schema, parameters);
  if (wanted.logStreamNames && wanted.logStreamNamePrefix !== undefined) {
    throw new AwsError("InvalidParameterException", "Give logStreamNames or logStreamNamePrefix, not both.");
  }
  const matches = parseFilterPattern(wanted.filterPattern);
  const after = wanted.nextToken === undefined ? undefined : decodeToken(placeSchema, wanted.nextToken);
  const { group, streams } = streamsOfGroup(logs, wanted);
  const found = streams
    .filter(
      ({ name, lastModified }) =>
        lastModified + clockSlackMs >= wanted.startTime && isWantedStream(name, wanted),
    )
    .flatMap(({ name }) => logs.events(group, name))
    .filter(({ timestamp }) => timestamp >= wanted.startTime && timestamp <= wanted.endTime)
    .filter((event) => (after === undefined || compare(event, after) > 0) && matches(event.message))
    .sort(compare);
  const page = firstPage(found, wanted.limit);
  const last = page.at(-1);
  return {
    events: page.map(({ stream, timestamp, message, id }) => ({
      logStreamName: stream,
      timestamp,
      message,
      ingestionTime: timestamp,
      eventId: id,
    })),
    searchedLogStreams: [],
    ...(last && page.length < found.length && { nextToken: encodeToken(placeOf(last)) }),
  };
}

function isWantedStream(name: string, wanted: z.infer<typeof schema>): boolean {
  return wanted.logStreamNames?.includes(name) ?? name.startsWith(wanted.logStreamNamePrefix ?? "");
}

function compare(a: Place, b: Place): number {
  if (a.timestamp !== b.timestamp) return a.timestamp - b.timestamp;
  if (a.stream !== b.stream) return a.stream < b.stream ? -1 : 1;
  return a.index - b.index;
}

function placeOf({ timestamp, stream, index }: LogEvent): Place {
  return { timestamp, stream, index };
}

function firstPage(events: LogEvent[], limit: number): LogEvent[] {
  let size = 0;
  const fits = events.findIndex(({ message }, position) => {
    size += message.length;
    return position === limit || (position > 0 && size > largestPage);
  });
  return fits === -1 ? events : events.slice(0, fits);
}

import * as z from "zod";
import type { LogStore } from "../logs/store.js";
import { AwsError } from "./errors.js";
import { streamsOfGroup } from "./log-group.js";
import { parseParameters } from "./parameters.js";

const schema = z.strictObject({
  logGroupName: z.string().optional(),
  logGroupIdentifier: z.string().optional(),
  logStreamName: z.string(),
  startTime: z.number().nonnegative().default(0),
  endTime: z.number().nonnegative().default(Number.MAX_SAFE_INTEGER),
  limit: z.int().min(1).max(10_000).default(10_000),
  startFromHead: z.boolean().default(false),
  unmask: z.boolean().optional(),
  nextToken: z.string().optional(),
});

/** Tokens are `f/N`, events from N on, and `b/N`, events before N; at either end a token is given back as it came. */
export function getLogEvents(parameters: unknown, logs: LogStore) {
  const wanted = parseParameters(schema, parameters);
  const { group, streams } = streamsOfGroup(logs, wanted);
  if (!streams.some(({ name }) => name === wanted.logStreamName)) {
    throw new AwsError("ResourceNotFoundException", "The specified log stream does not exist.");
  }
  const events = logs
    .events(group, wanted.logStreamName)
    .filter(({ timestamp }) => timestamp >= wanted.startTime && timestamp < wanted.endTime);
  const [begin, end] = rangeOf(wanted, events.length);
  return {
    events: events
      .slice(begin, end)
      .map(({ timestamp, message }) => ({ timestamp, message, ingestionTime: timestamp })),
    nextForwardToken: `f/${end}`,
    nextBackwardToken: `b/${begin}`,
  };
}

function rangeOf(
  { nextToken, startFromHead, limit }: z.infer<typeof schema>,
  length: number,
): [number, number] {
  const token = nextToken ?? (startFromHead ? "f/0" : `b/${length}`);
  const [, direction, digits] = /^([fb])\/(\d{1,12})$/.exec(token) ?? [];
  if (direction === undefined)
    throw new AwsError("InvalidParameterException", "The specified nextToken is invalid.");
  const place = Math.min(Number(digits), length);
  return direction === "f" ? [place, Math.min(place + limit, length)] : [Math.max(0, place - limit), place];
}

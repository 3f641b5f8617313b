import * as z from "zod";
import { accountId, region } from "../functions.js";
import type { LogStore } from "../logs/store.js";
import type { Operation } from "./answer.js";
import { filterLogEvents } from "./filter-log-events.js";
import { getLogEvents } from "./get-log-events.js";
import { streamsOfGroup } from "./log-group.js";
import { pageOf, parseParameters } from "./parameters.js";

export const logsOperations: Record<string, Operation> = {
  FilterLogEvents: (parameters, { logs }) => filterLogEvents(parameters, logs),
  GetLogEvents: (parameters, { logs }) => getLogEvents(parameters, logs),
  DescribeLogGroups: (parameters, { logs }) => describeLogGroups(parameters, logs),
  DescribeLogStreams: (parameters, { logs }) => describeLogStreams(parameters, logs),
};

function arnOf(group: string): string {
  return `arn:aws:logs:${region}:${accountId}:log-group:${group}`;
}

const groupsSchema = z.strictObject({
  logGroupNamePrefix: z.string().optional(),
  logGroupNamePattern: z.string().optional(),
  limit: z.int().min(1).max(50).default(50),
  nextToken: z.string().optional(),
});

function describeLogGroups(parameters: unknown, logs: LogStore) {
  const {
    logGroupNamePrefix = "",
    logGroupNamePattern = "",
    limit,
    nextToken,
  } = parseParameters(groupsSchema, parameters);
  const wanted = logs
    .groups()
    .filter(({ name }) => name.startsWith(logGroupNamePrefix) && name.includes(logGroupNamePattern));
  const { items, ...more } = pageOf(wanted, limit, nextToken);
  const logGroups = items.map(({ name, created }) => ({
    logGroupName: name,
    creationTime: created,
    metricFilterCount: 0,
    arn: `${arnOf(name)}:*`,
    logGroupArn: arnOf(name),
    logGroupClass: "STANDARD",
  }));
  return { logGroups, ...more };
}

const streamsSchema = z.strictObject({
  logGroupName: z.string().optional(),
  logGroupIdentifier: z.string().optional(),
  logStreamNamePrefix: z.string().optional(),
  orderBy: z.enum(["LogStreamName", "LastEventTime"]).default("LogStreamName"),
  descending: z.boolean().default(false),
  limit: z.int().min(1).max(50).default(50),
  nextToken: z.string().optional(),
});

function describeLogStreams(parameters: unknown, logs: LogStore) {
  const wanted = parseParameters(streamsSchema, parameters);
  const { group, streams } = streamsOfGroup(logs, wanted);
  const sorted = streams
    .filter(({ name }) => name.startsWith(wanted.logStreamNamePrefix ?? ""))
    .sort((a, b) =>
      wanted.orderBy === "LastEventTime" ? a.lastModified - b.lastModified : a.name < b.name ? -1 : 1,
    );
  if (wanted.descending) sorted.reverse();
  const { items, ...more } = pageOf(sorted, wanted.limit, wanted.nextToken);
  const logStreams = items.map(({ name, created, lastModified }) => {
    const events = logs.events(group, name);
    return {
      logStreamName: name,
      creationTime: created,
      firstEventTimestamp: events[0]?.timestamp,
      lastEventTimestamp: events.at(-1)?.timestamp,
      lastIngestionTime: lastModified,
      arn: `${arnOf(group)}:log-stream:${name}`,
      storedBytes: 0,
    };
  });
  return { logStreams, ...more };
}

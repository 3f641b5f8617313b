import type { LogStore, LogStream } from "../logs/store.js";
import { AwsError } from "./errors.js";

/** The group that a call names, by name or by ARN, and its streams. */
export function streamsOfGroup(
  logs: LogStore,
  named: { logGroupName?: string | undefined; logGroupIdentifier?: string | undefined },
): { group: string; streams: LogStream[] } {
  const group =
    named.logGroupName ?? /(?::log-group:)?([^:]+)(?::\*)?$/.exec(named.logGroupIdentifier ?? "")?.[1];
  if (!group) throw new AwsError("InvalidParameterException", "Give logGroupName or logGroupIdentifier.");
  const streams = logs.streams(group);
  if (!streams) throw new AwsError("ResourceNotFoundException", "The specified log group does not exist.");
  return { group, streams };
}

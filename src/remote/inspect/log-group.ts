import { CloudWatchLogsClient, paginateDescribeLogGroups } from "@aws-sdk/client-cloudwatch-logs";
import type { ClientSettings } from "../clients.js";
import type { LogGroup } from "../inspection.js";
import { number } from "../rds/values.js";
import type { Sending } from "./make-inspection.js";

/** CloudWatch finds groups by how their names begin, and others may begin alike. */
export async function findLogGroup(
  settings: ClientSettings,
  name: string,
  sending: Sending,
): Promise<LogGroup | undefined> {
  const client = new CloudWatchLogsClient(settings);
  const pages = paginateDescribeLogGroups(
    { client, stopOnSameToken: true },
    { logGroupNamePrefix: name },
    sending,
  );
  for await (const { logGroups = [] } of pages) {
    const found = logGroups.find(({ logGroupName }) => logGroupName === name);
    if (found === undefined) continue;
    const retentionDays = number(found.retentionInDays);
    return retentionDays === undefined ? {} : { retentionDays };
  }
  return undefined;
}

import { CloudWatchClient, type MetricAlarm, paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import type { ClientSettings } from "../clients.js";
import type { Alarm } from "../inspection.js";
import { list, text } from "../rds/values.js";
import type { Sending } from "./make-inspection.js";

/** An account with more has other ways to look at them. */
const mostPages = 20;

export async function readAlarms(settings: ClientSettings, sending: Sending): Promise<Alarm[]> {
  const client = new CloudWatchClient(settings);
  const input = { AlarmTypes: ["MetricAlarm" as const] };
  const alarms: Alarm[] = [];
  let pages = 0;
  for await (const page of paginateDescribeAlarms(
    { client, pageSize: 100, stopOnSameToken: true },
    input,
    sending,
  )) {
    alarms.push(...list(page.MetricAlarms).map(alarmOf));
    pages += 1;
    if (pages === mostPages) break;
  }
  return alarms;
}

/** One alarm watches a metric, or several that it calculates with. */
function alarmOf(alarm: MetricAlarm): Alarm {
  const watched = [alarm, ...list(alarm.Metrics).map(({ MetricStat }) => MetricStat?.Metric ?? {})];
  return {
    name: text(alarm.AlarmName) ?? "(without a name)",
    state: text(alarm.StateValue) ?? "INSUFFICIENT_DATA",
    tells: alarm.ActionsEnabled !== false && (alarm.AlarmActions?.length ?? 0) > 0,
    metrics: watched.flatMap(({ Namespace, MetricName, Dimensions }) => {
      const namespace = text(Namespace);
      const name = text(MetricName);
      if (namespace === undefined || name === undefined) return [];
      const pairs = list(Dimensions).map(({ Name, Value }) => [text(Name) ?? "", text(Value) ?? ""]);
      return [{ namespace, name, dimensions: Object.fromEntries(pairs) }];
    }),
  };
}

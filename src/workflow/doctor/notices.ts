import type { Target } from "../../config/target.js";
import type { Reading } from "../../remote/inspect/reading.js";
import type { Alarm, Subscription } from "../../remote/inspection.js";
import type { Check } from "../results/doctor.js";
import { check } from "./check.js";

/** Who is told how a migration ended. `subscriptions`: undefined where the function's environment names no topic. */
export function topicChecks(
  topicArn: string | undefined,
  subscriptions: Reading<Subscription[] | undefined> | undefined,
): Check[] {
  const topic = check("sns_topic");
  if (topicArn === undefined)
    return [
      topic.warning(
        "The function's environment names no SNS topic: nobody is told when a migration fails.",
        "Set MIGRATION_SNS_TOPIC_ARN on the function, and allow its role sns:Publish on the topic.",
      ),
    ];
  const short = topicArn.slice(topicArn.lastIndexOf(":") + 1);
  if (subscriptions?.known && subscriptions.value === undefined)
    return [
      topic.failed(
        `There is no SNS topic ${topicArn}, which the function's environment names.`,
        "Make the topic, or correct MIGRATION_SNS_TOPIC_ARN on the function.",
      ),
    ];
  const named = topic.ok(`It tells the SNS topic ${short}.`);
  return subscriptions === undefined ? [named] : [named, subscriptionCheck(short, subscriptions)];
}

function subscriptionCheck(topic: string, seen: Reading<Subscription[] | undefined>): Check {
  const say = check("sns_subscription");
  if (!seen.known) return say.unread(`Who is subscribed to ${topic}`, seen);
  const subscriptions = seen.value ?? [];
  const waiting = subscriptions.filter(({ confirmed }) => !confirmed);
  if (subscriptions.length === 0)
    return say.warning(
      `Nobody is subscribed to ${topic}.`,
      "Subscribe an address: aws sns subscribe --protocol email --topic-arn ARN --notification-endpoint ADDRESS",
    );
  if (waiting.length === 0)
    return say.ok(
      `Its ${subscriptions.length === 1 ? "subscription is" : `${subscriptions.length} subscriptions are`} confirmed.`,
    );
  return say.warning(
    `${waiting.length} of ${subscriptions.length} subscription${subscriptions.length === 1 ? "" : "s"} of ${topic} ${waiting.length === 1 ? "waits" : "wait"} to be confirmed (${waiting[0]?.protocol}): no notice arrives there.`,
    "Open the mail with the subject `AWS Notification - Subscription Confirmation` and follow its link; look among the spam.",
  );
}

export function alarmsCheck(
  { functionShortName, stage }: Pick<Target, "functionShortName" | "stage">,
  alarms: Reading<Alarm[]>,
): Check {
  const say = check("alarms");
  const make = `Have some printed: migrate-remote init --alarms cloudformation --stage ${stage}, or with terraform.`;
  if (!alarms.known) return say.unread("Its alarms", alarms);
  const ours = alarms.value.filter(({ metrics }) => metrics.some(isAbout));
  if (ours.length === 0) return say.warning("No alarm watches the function or its migrations.", make);
  const struck = ours.filter(({ state }) => state === "ALARM");
  if (struck.length > 0)
    return say.warning(
      `${struck.length === 1 ? `Alarm ${struck[0]?.name} strikes` : `${struck.length} alarms strike: ${struck.map(({ name }) => name).join(", ")}`}.`,
      `See what happened: migrate-remote runs --stage ${stage}, migrate-remote logs --stage ${stage} --last`,
    );
  if (ours.every(({ tells }) => !tells))
    return say.warning(
      `${ours.length === 1 ? "The alarm tells" : `The ${ours.length} alarms tell`} nobody: no action, or actions are off.`,
      make,
    );
  return say.ok(`${ours.length} alarm${ours.length === 1 ? " watches" : "s watch"} it.`);

  function isAbout({ namespace, dimensions }: Alarm["metrics"][number]): boolean {
    if (namespace === "migrate-remote") return dimensions.stage === undefined || dimensions.stage === stage;
    return namespace === "AWS/Lambda" && dimensions.FunctionName === functionShortName;
  }
}

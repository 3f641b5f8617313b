import { paginateListSubscriptionsByTopic, SNSClient } from "@aws-sdk/client-sns";
import type { ClientSettings } from "../clients.js";
import type { Subscription } from "../inspection.js";
import { list, text } from "../rds/values.js";
import { readThrown } from "../thrown.js";
import type { Sending } from "./make-inspection.js";

export async function readSubscriptions(
  settings: ClientSettings,
  topicArn: string,
  sending: Sending,
): Promise<Subscription[] | undefined> {
  const region = /^arn:[\w-]+:sns:([\w-]+):/.exec(topicArn)?.[1];
  const client = new SNSClient({ ...settings, ...(region === undefined ? {} : { region }) });
  const subscriptions: Subscription[] = [];
  try {
    const pages = paginateListSubscriptionsByTopic(
      { client, stopOnSameToken: true },
      { TopicArn: topicArn },
      sending,
    );
    // SNS writes a word where the ARN will be.
    for await (const page of pages)
      for (const { Protocol, SubscriptionArn } of list(page.Subscriptions))
        subscriptions.push({
          protocol: text(Protocol) ?? "unknown",
          confirmed: text(SubscriptionArn)?.startsWith("arn:") === true,
        });
  } catch (error) {
    if (/^NotFound(Exception)?$/.test(readThrown(error).name)) return undefined;
    throw error;
  }
  return subscriptions;
}

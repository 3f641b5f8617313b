import { clientSettings, errorName, loadSdk } from "../environment/sdk.js";
import type { Notice } from "./notice.js";

/** Tells a topic. Undefined, or why it could not be told. Never rejects, and takes no longer than `timeoutMs`. */
export async function publish(topic: string, notice: Notice, timeoutMs: number): Promise<string | undefined> {
  const signal = AbortSignal.timeout(timeoutMs);
  const late = new Promise<string>((resolve) => {
    signal.addEventListener("abort", () => resolve(`no answer within ${timeoutMs / 1000} s`));
  });
  // Neither loading the SDK nor asking for credentials listens to a signal.
  return Promise.race([send(topic, notice, signal).catch(errorName), late]);
}

async function send(
  topic: string,
  { subject, message }: Notice,
  abortSignal: AbortSignal,
): Promise<undefined> {
  const { SNSClient, PublishCommand } = await loadSdk(
    "@aws-sdk/client-sns",
    () => import("@aws-sdk/client-sns"),
  );
  const client = new SNSClient(clientSettings(topic));
  const publishAs = (text: string) =>
    client.send(new PublishCommand({ TopicArn: topic, Subject: text, Message: message }), { abortSignal });
  try {
    await publishAs(subject);
  } catch (error) {
    if (!/^InvalidParameter(Exception)?$/.test(errorName(error))) throw error;
    // SNS took nothing but ASCII once, and what stands in for it may still.
    await publishAs(subject.replace(/[^\x20-\x7e]+/g, "").trim());
  } finally {
    client.destroy();
  }
}

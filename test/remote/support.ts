import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { type Access, clientSettings } from "../../src/remote/clients.js";
import type { AskMfaCode } from "../../src/remote/credentials.js";

export const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMIhunter2" };

/** Nothing of this machine: no shared files, no metadata service, no variables of the shell that runs the tests. */
export function emptyAwsEnvironment(home: string): void {
  for (const name of Object.keys(process.env)) {
    if (/^(AWS_|(HTTPS?|ALL|NO)_PROXY$)/i.test(name)) delete process.env[name];
  }
  Object.assign(process.env, {
    HOME: home,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  });
}

export interface Attempt {
  access: Access;
  env?: Record<string, string>;
  askMfaCode?: AskMfaCode;
  attempts?: number;
  timeoutMs?: number;
}

/** One Invoke with the settings of this access; gives what was thrown, or the function's answer. */
export async function invoke(attempt: Attempt): Promise<{ error: unknown } | { payload: string }> {
  const { askMfaCode } = attempt;
  const options = askMfaCode === undefined ? {} : { askMfaCode };
  const settings = clientSettings({ region: "us-west-2", ...attempt.access }, attempt.env ?? {}, options);
  const client = new LambdaClient({ ...settings, maxAttempts: attempt.attempts ?? 1 });
  try {
    const timeout = attempt.timeoutMs === undefined ? {} : { requestTimeout: attempt.timeoutMs };
    const answer = await client.send(new InvokeCommand({ FunctionName: "f", Payload: "{}" }), timeout);
    return { payload: answer.Payload?.transformToString() ?? "" };
  } catch (error) {
    return { error };
  } finally {
    settings.requestHandler.destroy();
    client.destroy();
  }
}

export async function failureOf(attempt: Attempt): Promise<unknown> {
  const result = await invoke(attempt);
  if ("payload" in result) throw new Error("the invocation was to fail");
  return result.error;
}

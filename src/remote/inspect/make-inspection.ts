import type { ClientSettings } from "../clients.js";
import type { Inspection } from "../inspection.js";
import type { FarSideAddress } from "../open.js";
import { type Reading, reading } from "./reading.js";

/** No answer is waited for longer: whoever asks what is wrong wants to know it now. Milliseconds. */
const patienceMs = 8_000;

/** What every request of an inspection is sent with. */
export interface Sending {
  requestTimeout: number;
  abortSignal: AbortSignal;
}

/** Each client is loaded with the first request that needs it. */
export function makeInspection(settings: () => ClientSettings, address: FarSideAddress): Inspection {
  const { functionName, profile, endpoint } = address;
  const about = { profile, endpoint, ...(address.region === undefined ? {} : { region: address.region }) };
  const sending = (): Sending => ({
    requestTimeout: patienceMs,
    abortSignal: AbortSignal.timeout(patienceMs),
  });
  /** Sent twice at most: a service that is out of reach is out of reach. */
  const brief = () => ({ ...settings(), maxAttempts: 2 });
  const read = <T>(action: string, work: () => Promise<T>): Promise<Reading<T>> =>
    reading(action, work, about);
  const readFunction = <T>(action: string, work: () => Promise<T>): Promise<Reading<T>> =>
    reading(action, work, { ...about, functionName });
  const lambda = async () => (await import("./function.js")).inspectFunction(brief(), address, sending);

  return {
    region: () =>
      read("sts:GetCallerIdentity", async () => (await import("./identity.js")).regionOf(brief())),
    identity: async (now) => (await import("./identity.js")).identityOf(brief(), sending(), about, now),
    credentials: () =>
      read("sts:GetCallerIdentity", async () => (await import("./identity.js")).credentialFacts(brief())),
    functionSetup: () =>
      readFunction("lambda:GetFunctionConfiguration", async () => (await lambda()).setup()),
    mayInvoke: () => readFunction("lambda:InvokeFunction", async () => (await lambda()).mayInvoke()),
    asyncRetries: () =>
      readFunction("lambda:GetFunctionEventInvokeConfig", async () => (await lambda()).asyncRetries()),
    reservedConcurrency: () =>
      readFunction("lambda:GetFunctionConcurrency", async () => (await lambda()).reservedConcurrency()),
    logGroup: (name) =>
      read("logs:DescribeLogGroups", async () =>
        (await import("./log-group.js")).findLogGroup(brief(), name, sending()),
      ),
    alarms: () =>
      read("cloudwatch:DescribeAlarms", async () =>
        (await import("./alarms.js")).readAlarms(brief(), sending()),
      ),
    subscriptions: (topicArn) =>
      read("sns:ListSubscriptionsByTopic", async () =>
        (await import("./subscriptions.js")).readSubscriptions(brief(), topicArn, sending()),
      ),
    snapshotQuota: (kind) =>
      read("rds:DescribeAccountAttributes", async () =>
        (await import("./snapshot-quota.js")).readSnapshotQuota(brief(), kind, sending()),
      ),
  };
}

import type { ClientSettings } from "./clients.js";
import { explainAwsError } from "./errors.js";
import type { FarSide } from "./far-side.js";
import { once } from "./once.js";

export interface FarSideAddress {
  functionName: string;
  qualifier?: string;
  region?: string;
  profile?: string;
  endpoint?: string;
}

/** Reaches one function. A client and its code are loaded when first asked for. */
export function openFarSide(address: FarSideAddress, settings: () => Promise<ClientSettings>): FarSide {
  let made: Promise<ClientSettings> | undefined;
  const shared = () => {
    made ??= settings();
    return made;
  };
  const reading = once(async () =>
    (await import("./lambda.js")).makeLambda(await shared(), address, "retry"),
  );
  const writing = once(async () => (await import("./lambda.js")).makeLambda(await shared(), address, "once"));
  const logs = once(async () => (await import("./logs.js")).makeLogs(await shared()));

  async function explained<T>(operation: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw explainAwsError(error, { operation, ...address });
    }
  }

  return {
    functionName: address.functionName,
    configuration: () =>
      explained("lambda:GetFunctionConfiguration", async () => (await reading()).configuration()),
    invoke: (payload, options) =>
      explained("lambda:InvokeFunction", async () =>
        (await (options.attempts === "once" ? writing() : reading())).invoke(payload, options),
      ),
    logEvents: (query) => explained("logs:FilterLogEvents", async () => (await logs()).logEvents(query)),
    account: () =>
      explained("sts:GetCallerIdentity", async () =>
        (await import("./identity.js")).accountOf(await shared()),
      ),
    close: async () => (await made)?.requestHandler.destroy(),
  };
}

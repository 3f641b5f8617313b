import { once } from "../contract/once.js";
import type { ClientSettings } from "./clients.js";
import type { Databases } from "./databases.js";
import type { DeployedCode } from "./deployed-code.js";
import { type ErrorContext, explainAwsError } from "./errors.js";
import type { FarSide } from "./far-side.js";
import { forwardDatabases } from "./forward-databases.js";
import { makeInspection } from "./inspect/make-inspection.js";
import type { Inspection } from "./inspection.js";
import { type SharedClients, sharedClients } from "./shared-access.js";

export interface FarSideAddress {
  functionName: string;
  qualifier?: string;
  region?: string;
  profile?: string;
  endpoint?: string;
}

/** What one stage is reached with. */
export interface Remote {
  farSide: FarSide;
  databases: Databases;
  code: DeployedCode;
  inspection: Inspection;
  /** Lets the sockets go. */
  close(): Promise<void>;
}

/** Reaches one function and the databases beside it. A client and its code are loaded when first asked for. */
export function openRemote(
  address: FarSideAddress,
  settings: () => ClientSettings,
  clients: SharedClients = sharedClients(),
): Remote {
  let made: ClientSettings | undefined;
  const shared = () => {
    made ??= settings();
    return made;
  };
  const lambda = async (attempts: "once" | "retry") => {
    const { lambdaClient, makeLambda } = await import("./lambda.js");
    return makeLambda(
      clients(`lambda, ${attempts}`, () => lambdaClient(shared(), attempts)),
      address,
    );
  };
  const reading = once(() => lambda("retry"));
  const writing = once(() => lambda("once"));
  const logs = once(async () => (await import("./logs.js")).makeLogs(shared()));
  const code = once(async () =>
    (await import("./deployed-code.js")).makeDeployedCode(shared(), address.functionName),
  );
  const databases = once(async () => (await import("./rds/databases.js")).makeDatabases(shared()));

  async function explained<T>(
    operation: string,
    work: () => Promise<T>,
    about: Omit<ErrorContext, "operation"> = address,
  ): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw explainAwsError(error, { operation, ...about });
    }
  }

  const farSide: FarSide = {
    functionName: address.functionName,
    configuration: () =>
      explained("lambda:GetFunctionConfiguration", async () => (await reading()).configuration()),
    invoke: (payload, options) =>
      explained(
        "lambda:InvokeFunction",
        async () => (await (options.attempts === "once" ? writing() : reading())).invoke(payload, options),
        options.functionName === undefined
          ? address
          : { ...address, functionName: options.functionName, setting: "queryFunction" },
      ),
    logEvents: (query) => explained("logs:FilterLogEvents", async () => (await logs()).logEvents(query)),
    loadLogs: async () => void (await logs()),
    account: () =>
      explained("sts:GetCallerIdentity", async () => (await import("./identity.js")).accountOf(shared())),
  };
  const deployed: DeployedCode = {
    read: (qualifier) =>
      explained("lambda:GetFunctionConfiguration", async () => (await code()).read(qualifier)),
    update: (zip, basis) =>
      explained("lambda:UpdateFunctionCode", async () => (await code()).update(zip, basis)),
    publish: (codeSha256) =>
      explained("lambda:PublishVersion", async () => (await code()).publish(codeSha256)),
    pointAlias: (alias, version) =>
      explained("lambda:UpdateAlias", async () => (await code()).pointAlias(alias, version)),
  };
  return {
    farSide,
    code: deployed,
    databases: forwardDatabases(async (work) => work(await databases())),
    inspection: makeInspection(shared, address),
    close: async () => made?.requestHandler.destroy(),
  };
}

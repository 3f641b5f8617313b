import {
  type FunctionConfiguration as Described,
  GetFunctionConfigurationCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
} from "@aws-sdk/client-lambda";
import { type ClientSettings, readTimeout } from "./clients.js";

/** The code of one function, to be looked at and replaced. Whatever of it is invoked, it is `$LATEST` whose code can change. */
export interface DeployedCode {
  /** `$LATEST`, or the version or alias that is named. */
  read(qualifier?: string): Promise<CodeState>;
  /** Sent once. With `revisionId` Lambda refuses where somebody changed the function since it was read. */
  update(zip: Uint8Array, basis: CodeBasis): Promise<CodeState>;
  /** Makes a version of `$LATEST`, if that has this code; gives the last one where nothing changed since. */
  publish(codeSha256: string): Promise<CodeState>;
  /** All that is invoked through the alias is this version from now on. */
  pointAlias(alias: string, version: string): Promise<void>;
}

export interface CodeBasis {
  revisionId?: string;
  /** Left out, Lambda takes x86_64. */
  architectures: string[];
}

/** What Lambda says of a function's code. Absent is what it does not say. */
export interface CodeState {
  /** SHA-256 of the zip, base64. */
  codeSha256?: string;
  /** Another one with each change of code or configuration. */
  revisionId?: string;
  /** `$LATEST` or a number. */
  version: string;
  /** False for a container image. */
  isZip: boolean;
  architectures: string[];
  /** `Active`, `Pending`, `Inactive` or `Failed`. */
  state: string;
  stateReason?: string;
  /** `Successful`, `Failed` or `InProgress`. */
  lastUpdate: string;
  lastUpdateReason?: string;
  /** `lambda_function.handler`, and what runs it. */
  handler?: string;
  runtime?: string;
  /** A layer may have the handler's file. */
  hasLayers: boolean;
  /** Names and values; values are never shown. */
  environment: Readonly<Record<string, string>>;
}

/** A slow uplink takes a while for 50 MB. */
const uploadTimeout = { requestTimeout: 600_000 };
const writeTimeout = { requestTimeout: 30_000 };

export function makeDeployedCode(settings: ClientSettings, functionName: string): DeployedCode {
  const named = { FunctionName: functionName };
  const reading = new LambdaClient({ ...settings, maxAttempts: 3 });
  const writing = new LambdaClient({ ...settings, maxAttempts: 1 });
  return {
    read: async (qualifier) =>
      stateOf(
        await reading.send(
          new GetFunctionConfigurationCommand({
            ...named,
            ...(qualifier === undefined ? {} : { Qualifier: qualifier }),
          }),
          readTimeout,
        ),
      ),
    update: async (zip, { revisionId, architectures }) =>
      stateOf(
        await writing.send(
          new UpdateFunctionCodeCommand({
            ...named,
            ZipFile: zip,
            ...(revisionId === undefined ? {} : { RevisionId: revisionId }),
            ...(architectures.length === 0 ? {} : { Architectures: architectures as ("arm64" | "x86_64")[] }),
          }),
          uploadTimeout,
        ),
      ),
    // The same code gives the same version, and an alias that points there points there still: both may be sent again.
    publish: async (codeSha256) =>
      stateOf(
        await reading.send(new PublishVersionCommand({ ...named, CodeSha256: codeSha256 }), writeTimeout),
      ),
    pointAlias: async (alias, version) => {
      const routing = { RoutingConfig: { AdditionalVersionWeights: {} } };
      const command = new UpdateAliasCommand({ ...named, Name: alias, FunctionVersion: version, ...routing });
      await reading.send(command, writeTimeout);
    },
  };
}

function stateOf(said: Described): CodeState {
  const { CodeSha256, RevisionId, StateReason, LastUpdateStatusReason, Handler, Runtime } = said;
  return {
    version: said.Version ?? "$LATEST",
    isZip: said.PackageType !== "Image",
    architectures: said.Architectures ?? [],
    state: said.State ?? "Active",
    lastUpdate: said.LastUpdateStatus ?? "Successful",
    hasLayers: (said.Layers ?? []).length > 0,
    environment: said.Environment?.Variables ?? {},
    ...(CodeSha256 === undefined ? {} : { codeSha256: CodeSha256 }),
    ...(RevisionId === undefined ? {} : { revisionId: RevisionId }),
    ...(StateReason === undefined ? {} : { stateReason: StateReason }),
    ...(LastUpdateStatusReason === undefined ? {} : { lastUpdateReason: LastUpdateStatusReason }),
    ...(Handler === undefined ? {} : { handler: Handler }),
    ...(Runtime === undefined ? {} : { runtime: Runtime }),
  };
}

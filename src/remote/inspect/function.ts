import {
  type FunctionConfiguration,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  InvokeCommand,
  LambdaClient,
} from "@aws-sdk/client-lambda";
import { isSwitchedOn } from "../../contract/switch.js";
import type { ClientSettings } from "../clients.js";
import type { FunctionSetup } from "../inspection.js";
import type { FarSideAddress } from "../open.js";
import { defined, number, text } from "../rds/values.js";
import { readThrown } from "../thrown.js";
import { awsAlone } from "./aws-alone.js";
import type { Sending } from "./make-inspection.js";

/** Lambda's own where an answer leaves a setting out. */
const defaults = { timeoutSeconds: 3, memoryMb: 128, asyncRetries: 2 };

/** The reads of one function. */
export function inspectFunction(settings: ClientSettings, address: FarSideAddress, sending: () => Sending) {
  const client = new LambdaClient(settings);
  const { functionName: FunctionName, qualifier: Qualifier } = address;
  const named = { FunctionName, ...(Qualifier === undefined ? {} : { Qualifier }) };
  return {
    setup: async () =>
      setupOf(await client.send(new GetFunctionConfigurationCommand(named), sending()), FunctionName),
    mayInvoke: async (): Promise<true> => {
      const command = new InvokeCommand({ ...named, InvocationType: "DryRun" });
      command.middlewareStack.add(awsAlone, { step: "finalizeRequest", priority: "low", name: "awsAlone" });
      await new LambdaClient({ ...settings, maxAttempts: 1 }).send(command, sending());
      return true;
    },
    asyncRetries: async () => {
      try {
        const command = new GetFunctionEventInvokeConfigCommand(named);
        const { MaximumRetryAttempts } = await client.send(command, sending());
        return number(MaximumRetryAttempts) ?? defaults.asyncRetries;
      } catch (error) {
        // It says the same of a function that does not exist; that one is found out elsewhere.
        if (readThrown(error).name === "ResourceNotFoundException") return defaults.asyncRetries;
        throw error;
      }
    },
    reservedConcurrency: async () => {
      const command = new GetFunctionConcurrencyCommand({ FunctionName });
      return number((await client.send(command, sending())).ReservedConcurrentExecutions);
    },
  };
}

/** Of the environment only names leave this file, and the two values that say what happens and who is told. */
function setupOf(output: FunctionConfiguration, asked: string): FunctionSetup {
  const { Environment, VpcConfig, LoggingConfig } = output;
  const variables = Environment?.Variables ?? {};
  const names = Object.keys(variables).filter((name) => text(variables[name])?.trim());
  return defined<FunctionSetup>({
    state: text(output.State) ?? "Active",
    stateReason: text(output.StateReason),
    updateStatus: text(output.LastUpdateStatus) ?? "Successful",
    updateReason: text(output.LastUpdateStatusReason),
    timeoutSeconds: number(output.Timeout) ?? defaults.timeoutSeconds,
    memoryMb: number(output.MemorySize) ?? defaults.memoryMb,
    runtime: text(output.Runtime),
    subnets: VpcConfig?.SubnetIds?.length ?? 0,
    securityGroups: VpcConfig?.SecurityGroupIds?.length ?? 0,
    logging: {
      group: text(LoggingConfig?.LogGroup) ?? `/aws/lambda/${output.FunctionName ?? asked}`,
      format: text(LoggingConfig?.LogFormat) ?? "Text",
      ...(LoggingConfig?.SystemLogLevel === undefined ? {} : { systemLevel: LoggingConfig.SystemLogLevel }),
    },
    variables: Environment?.Error === undefined ? names : undefined,
    autoMigrate: isSwitchedOn(variables.AUTO_MIGRATE),
    topicArn: topicOf(variables),
  });
}

/** Our handlers read one name; a handler of somebody else's has another for it. */
function topicOf(variables: Record<string, string>): string | undefined {
  const values = [variables.MIGRATION_SNS_TOPIC_ARN, ...Object.values(variables)].map((value) =>
    value?.trim(),
  );
  return values.find((value) => /^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]+(\.fifo)?$/.test(value ?? ""));
}

import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { type ClientSettings, readTimeout } from "./clients.js";

export async function accountOf(settings: ClientSettings): Promise<string> {
  const output = await new STSClient(settings).send(new GetCallerIdentityCommand({}), readTimeout);
  return output.Account ?? "unknown";
}

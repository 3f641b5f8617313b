import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { ClientSettings } from "./clients.js";

export async function accountOf(settings: ClientSettings): Promise<string> {
  const output = await new STSClient(settings).send(new GetCallerIdentityCommand({}));
  return output.Account ?? "unknown";
}

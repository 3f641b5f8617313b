import * as z from "zod";
import { type Environment, isSet } from "../environment/credentials.js";

/** What the environment calls the stage, else the last part of a name like `app-api-migrate-lambda-dev`. */
export function stageOf(environment: Environment, functionName = ""): string {
  const { MIGRATE_REMOTE_STAGE, STAGE, SST_STAGE, SST_RESOURCE_App } = environment;
  const named = [MIGRATE_REMOTE_STAGE, STAGE, SST_STAGE].find(isSet) ?? "";
  const last = functionName.slice(functionName.lastIndexOf("-") + 1);
  return word(named) || word(stageOfApp(SST_RESOURCE_App)) || word(last) || "unknown";
}

function stageOfApp(text = ""): string {
  try {
    return z.object({ stage: z.string() }).parse(JSON.parse(text)).stage;
  } catch {
    return "";
  }
}

/** Fit for a metric's dimension and a mail's subject: one line of printable characters. */
function word(text: string): string {
  return text
    .trim()
    .replace(/[^\x21-\x7e]+/g, "-")
    .slice(0, 60);
}

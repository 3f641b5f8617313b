import { createRequire } from "node:module";
import { refusal } from "../refusal.js";

/**
 * A client of the AWS SDK from what is deployed, or else from Lambda's Node.js runtime, which brings them all along; `import` alone does
 * not look there, because it ignores NODE_PATH.
 */
export async function loadSdk<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch {
    try {
      return createRequire(`${process.cwd()}/`)(name) as T;
    } catch {
      throw refusal("configuration_error", `The package ${name} is not there. Nothing was done.`, {
        hint: `Lambda's Node.js runtimes bring it along; elsewhere, as in a container image: npm install ${name}`,
      });
    }
  }
}

/** For every client: what waits for AWS does not spend the function's time. */
export function clientSettings(arn: string): { maxAttempts: number; region?: string } {
  const region = /^arn:[\w-]+:[\w-]+:([\w-]+):/.exec(arn)?.[1] ?? process.env.AWS_REGION;
  return { maxAttempts: 2, ...(region === undefined ? {} : { region }) };
}

/** What AWS calls an error: all of it that may be told, for its message may hold what was sent. */
export function errorName(error: unknown): string {
  const name = error instanceof Error ? error.name : "";
  return /^[A-Za-z][\w.]{0,99}$/.test(name) ? name : "Error";
}

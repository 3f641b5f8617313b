import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { LocalSession } from "../../src/local/open.js";
import { hasTool } from "../support/tools.js";

export const withoutAws = !hasTool("aws");

/** The real `aws` against a session's endpoint; its answer, parsed. */
export async function aws({ endpoint, region, credentials }: LocalSession, ...args: string[]) {
  const { stdout } = await promisify(execFile)(
    "aws",
    ["--endpoint-url", endpoint, "--output", "json", ...args],
    {
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      },
    },
  );
  return stdout === "" ? undefined : JSON.parse(stdout);
}

import type { Context } from "../../cli/context.js";
import { Failure } from "../../contract/failure.js";
import type { InitFilesResult } from "../../workflow/results/init.js";
import type { InitOptions } from "../init.js";
import { offer } from "./offer.js";

/** Looks at the repository and proposes its `.migraterc.json`, with `--handler` the far side too. */
export async function setUp(context: Context, input: InitOptions): Promise<InitFilesResult> {
  if (input.handler === undefined) throw new Failure("unsupported_operation", "init is not built yet.");
  const nothing = { files: [], notes: [], next: [], hintIfExists: "", command: "migrate-remote init --yes" };
  return offer(context, { folder: context.host.cwd, ...nothing }, input);
}

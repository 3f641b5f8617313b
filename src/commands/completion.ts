import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import type { Context } from "../cli/context.js";
import type { CompletionResult } from "../workflow/results/completion.js";

export const options = z.object({});

const shells = z.enum(["bash", "zsh", "fish"]);

/** The scripts stand in the built program as they are. */
export async function run(
  { host }: Context,
  _options: z.output<typeof options>,
  named: string,
): Promise<CompletionResult> {
  const shell = shells.parse(named);
  return {
    command: "completion",
    shell,
    script: await readFile(join(host.dist, `completion.${shell}`), "utf8"),
  };
}

import type { z } from "zod";
import type { LogLine } from "../workflow/events.js";
import type { CommandResult } from "../workflow/results.js";
import type { Context } from "./context.js";
import type { CommandName } from "./program.js";

export interface CarriedOut {
  result: CommandResult;
  /** `status --exit-code`. */
  exitCode: boolean;
}

/** Loads one command and runs it with its options parsed. */
export async function carryOut(
  name: CommandName,
  context: Context,
  raw: Record<string, unknown>,
  print: (line: LogLine) => void,
): Promise<CarriedOut> {
  switch (name) {
    case "status": {
      const command = await import("../commands/status.js");
      const options = command.options.parse(raw);
      return { result: await command.run(context, options), exitCode: options.exitCode };
    }
    case "run":
      return plain(await import("../commands/run.js"), context, raw);
    case "fix-history":
      return plain(await import("../commands/fix-history.js"), context, raw);
    case "logs": {
      const command = await import("../commands/logs.js");
      return { result: await command.run(context, command.options.parse(raw), print), exitCode: false };
    }
  }
}

async function plain<O extends z.ZodType>(
  command: { options: O; run: (context: Context, options: z.output<O>) => Promise<CommandResult> },
  context: Context,
  raw: Record<string, unknown>,
): Promise<CarriedOut> {
  return { result: await command.run(context, command.options.parse(raw)), exitCode: false };
}

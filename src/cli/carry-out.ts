import type { z } from "zod";
import type { PrintLines } from "../workflow/logs/read.js";
import type { CommandResult } from "../workflow/results.js";
import type { CommandName } from "./command-name.js";
import type { Context } from "./context.js";
import type { LogShape } from "./line-printer.js";

export interface CarriedOut {
  result: CommandResult;
  /** `status --exit-code`. */
  exitCode: boolean;
}

/** What commander made of a command line. */
export interface Invoked {
  command: CommandName;
  options: Record<string, unknown>;
  args: string[];
}

/** For commands that print before they end. */
export interface Printing {
  lines: (shape: LogShape) => PrintLines;
  /** The result, while the command goes on. */
  now: (result: CommandResult) => void;
}

/** Loads one command and runs it with its options parsed. */
export async function carryOut(
  { command: name, options: raw, args }: Invoked,
  context: Context,
  print: Printing,
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
    case "attach":
      return plain(await import("../commands/attach.js"), context, raw, args[0] ?? "");
    case "runs":
      return plain(await import("../commands/runs.js"), context, raw, args[0]);
    case "logs": {
      const command = await import("../commands/logs.js");
      const options = command.options.parse(raw);
      return {
        result: await command.run(context, options, print.lines(command.shapeOf(options))),
        exitCode: false,
      };
    }
    case "snapshot create":
      return plain(await import("../commands/snapshot/create.js"), context, raw);
    case "snapshot list":
      return plain(await import("../commands/snapshot/list.js"), context, raw);
    case "snapshot wait":
      return plain(await import("../commands/snapshot/wait.js"), context, raw, args[0] ?? "");
    case "snapshot prune":
      return plain(await import("../commands/snapshot/prune.js"), context, raw);
    case "snapshot restore":
      return plain(await import("../commands/snapshot/restore.js"), context, raw, args[0]);
    case "init":
      return plain(await import("../commands/init.js"), context, raw);
    case "doctor":
      return plain(await import("../commands/doctor.js"), context, raw);
    case "deploy":
      return plain(await import("../commands/deploy.js"), context, raw);
    case "create":
      return plain(await import("../commands/create.js"), context, raw, args[0] ?? "");
    case "lint":
      return plain(await import("../commands/lint.js"), context, raw, args);
    case "local":
      return plain(await import("../commands/local.js"), context, raw, print.now);
    case "completion":
      return plain(await import("../commands/completion.js"), context, raw, args[0] ?? "");
  }
}

async function plain<O extends z.ZodType, A>(
  command: {
    options: O;
    run: (context: Context, options: z.output<O>, argument: A) => Promise<CommandResult>;
  },
  context: Context,
  raw: Record<string, unknown>,
  argument?: A,
): Promise<CarriedOut> {
  return { result: await command.run(context, command.options.parse(raw), argument as A), exitCode: false };
}

import { setMaxListeners } from "node:events";
import { noLinesText } from "../output/no-lines.js";
import { errorText, jsonErrorText, jsonText, resultText } from "../output/present.js";
import { makeReporter } from "../output/reporter.js";
import { makeStyle, type Style } from "../output/style.js";
import { carryOut, type Invoked } from "./carry-out.js";
import { type CommandName, namedInJson } from "./command-name.js";
import { makeContext } from "./context.js";
import { causeChain, toFailure } from "./errors.js";
import { exitCodeOfCategory, exitCodeOfResult } from "./exit-code.js";
import type { Host } from "./host.js";
import { interruptionError, noted, type Underway } from "./interruption.js";
import { linePrinter } from "./line-printer.js";
import { type Met, metInJson, warningsInJson } from "./met.js";
import { type GlobalOptions, globalOptions } from "./options.js";
import { isCi } from "./questions.js";

export { misusedCommand } from "./errors.js";

/** Carries out one command and prints how it ended: the one place where errors are caught. */
export async function runCommand(invoked: Invoked, host: Host): Promise<number> {
  const { command } = invoked;
  const options = globalOptions.parse(invoked.options);
  const controller = new AbortController();
  // Every request of every stage listens to it.
  setMaxListeners(0, controller.signal);
  // Ora counts the lines of a terminal without a width for ever.
  const isWatched =
    host.stderr.isTTY === true && host.stderr.columns !== 0 && !options.json && !isCi(host.env);
  const reporter = makeReporter({
    stream: host.stderr,
    style: styleOf(host, "stderr", options),
    ...(isWatched ? { makeSpinner: (await import("../output/spinner.js")).makeSpinner } : {}),
    quiet: options.quiet,
    now: () => host.now().getTime(),
  });
  let underway: Underway = {};
  const met: Met = { warnings: [], targets: new Map() };
  const context = makeContext({
    host,
    options,
    signal: controller.signal,
    beforeQuestion: reporter.stop,
    onTarget: ({ stage, functionName }) => met.targets.set(stage, functionName),
    emit: (event) => {
      if (event.type === "warning") met.warnings.push({ code: event.code, message: event.message });
      underway = noted(underway, event);
      reporter.emit(event);
    },
  });
  const style = styleOf(host, "stdout", options);
  const interruption = interrupted(host);
  try {
    let staysOpen = false;
    /** Ctrl-C is how a server is ended; the second one does not wait. */
    const closed = () => {
      interruption.stop();
      afterCtrlC(host);
      controller.abort();
      return work;
    };
    const work = carryOut(invoked, context, {
      lines: linePrinter(host, options, style, reporter.stop),
      now: (result) => {
        reporter.stop();
        // A line, so that who waits for it knows when it is whole.
        host.stdout.write(options.json ? `${JSON.stringify(result)}\n` : resultText(result, style));
        staysOpen = true;
      },
    });
    // Whoever interrupts is answered at once; what is then still under way must not bring the process down.
    work.catch(() => {});
    const left = command === "logs" ? readerLeft(host) : undefined;
    const first = await Promise.race([work, interruption.signal, ...(left === undefined ? [] : [left])]);
    const end = typeof first === "string" && staysOpen ? await closed() : first;
    reporter.stop();
    // `logs | head`: a log nobody reads has come to its end.
    if (end === "reader left") return 0;
    if (typeof end === "string") {
      controller.abort();
      return sayInterrupted(end, command, { underway, met }, options, host);
    }
    if (staysOpen) return exitCodeOfResult(end.result);
    const exitCode = exitCodeOfResult(end.result, { exitCode: end.exitCode });
    if (end.result.command === "logs") {
      const nothing = options.quiet ? undefined : noLinesText(end.result);
      if (nothing !== undefined) host.stderr.write(styleOf(host, "stderr", options).dim(nothing));
    } else {
      host.stdout.write(
        options.json
          ? jsonText({ ...end.result, ...warningsInJson(met), exitCode })
          : resultText(end.result, style),
      );
    }
    return exitCode;
  } catch (error) {
    reporter.stop();
    return printFailure(error, options, host, command, met);
  } finally {
    interruption.stop();
    controller.abort();
  }
}

function readerLeft({ stdout }: Host): Promise<"reader left"> {
  return new Promise((resolve) => {
    stdout.once("error", () => resolve("reader left"));
  });
}

function interrupted(host: Host) {
  let stop = () => {};
  const signal = new Promise<"SIGINT" | "SIGTERM">((resolve) => {
    stop = host.onSignal(resolve);
  });
  return { signal, stop: () => stop() };
}

function sayInterrupted(
  signal: "SIGINT" | "SIGTERM",
  command: CommandName,
  { underway, met }: { underway: Underway; met: Met },
  options: GlobalOptions,
  host: Host,
): number {
  const exitCode = signal === "SIGINT" ? 130 : 143;
  if (command === "logs") {
    if (signal === "SIGINT") afterCtrlC(host);
    return exitCode;
  }
  const error = interruptionError(command, underway, options.stage);
  if (options.json)
    host.stdout.write(jsonText({ ...namedInJson(command), ...metInJson(met), error, exitCode }));
  else host.stderr.write(errorText(error, styleOf(host, "stderr", options)));
  return exitCode;
}

/** The terminal has written ^C; what comes next stands on a line of its own. */
function afterCtrlC({ stderr }: Host): void {
  if (stderr.isTTY === true) stderr.write("\n");
}

export function printFailure(
  error: unknown,
  options: Pick<GlobalOptions, "json" | "verbose" | "color">,
  host: Host,
  command?: string,
  met: Met = { warnings: [], targets: new Map() },
): number {
  const failure = toFailure(error, command);
  const exitCode = exitCodeOfCategory(failure.category);
  const shown = {
    code: failure.code,
    message: failure.message,
    ...(failure.hint === undefined ? {} : { hint: failure.hint }),
  };
  if (options.json) {
    const error = { ...shown, ...failure.details };
    const value = { ...namedInJson(command), ...metInJson(met), error, exitCode };
    host.stdout.write(jsonErrorText(value, command));
  } else host.stderr.write(errorText(shown, styleOf(host, "stderr", options)));
  if (options.verbose) host.stderr.write(`${causeChain(error).join("\nCaused by: ")}\n`);
  return exitCode;
}

function styleOf(
  host: Host,
  name: "stdout" | "stderr",
  { color, verbose }: Pick<GlobalOptions, "color" | "verbose">,
): Style {
  const stream = host[name];
  return makeStyle({
    color,
    verbose,
    isTerminal: stream.isTTY === true,
    columns: stream.columns,
    env: host.env,
  });
}

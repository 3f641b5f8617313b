import { setMaxListeners } from "node:events";
import { makeFolds } from "../output/folds.js";
import { resultText } from "../output/present.js";
import { completeFields } from "../output/recommend.js";
import { makeReporter } from "../output/reporter.js";
import { carryOut, type Invoked } from "./carry-out.js";
import { consolePlace } from "./console-place.js";
import { makeContext } from "./context.js";
import {
  afterCtrlC,
  type Closing,
  closeWithFailure,
  closeWithResult,
  closeWithSignal,
  styleOf,
} from "./end-command.js";
import { exitCodeOfResult } from "./exit-code.js";
import { completeEvent, givenOn } from "./given.js";
import type { Host } from "./host.js";
import { interruptionError, noted, type Underway } from "./interruption.js";
import { linePrinter } from "./line-printer.js";
import { metNothing } from "./met.js";
import { type GlobalOptions, globalOptions } from "./options.js";
import { enterPipeline } from "./pipeline.js";

export { misusedCommand } from "./errors.js";

/** Carries out one command and prints how it ended: the one place where errors are caught. */
export async function runCommand(invoked: Invoked, outside: Host): Promise<number> {
  const { command } = invoked;
  const { host, pipeline } = enterPipeline(outside);
  const now = () => host.now().getTime();
  const options = globalOptions.parse(invoked.options);
  const controller = new AbortController();
  // Every request of every stage listens to it.
  setMaxListeners(0, controller.signal);
  // Ora counts the lines of a terminal without a width for ever.
  const hasWidth = host.stderr.isTTY === true && host.stderr.columns !== 0;
  const isWatched = hasWidth && !options.json && pipeline === undefined;
  const reporter = makeReporter({
    stream: host.stderr,
    style: styleOf(host, "stderr", options),
    ...(isWatched ? { makeSpinner: (await import("../output/spinner.js")).makeSpinner } : {}),
    folds: pipeline && makeFolds({ ...pipeline, now }),
    quiet: options.quiet,
    now,
  });
  const given = givenOn(options);
  let underway: Underway = {};
  const met = metNothing();
  const context = makeContext({
    host,
    options,
    signal: controller.signal,
    beforeQuestion: reporter.stop,
    onTarget: (target) => {
      const place = consolePlace(target, host.env);
      met.targets.set(target.stage, { function: target.functionName, place });
    },
    emit: (plain) => {
      const event = completeEvent(plain, given);
      if (event.type === "warning") met.warnings.push({ code: event.code, message: event.message });
      if (event.type === "plan") met.plan = event.migrations;
      underway = noted(underway, event);
      reporter.emit(event);
    },
  });
  const closing: Closing = { command, given, options, host, pipeline, met, began: now(), reporter };
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
        host.stdout.write(
          options.json
            ? `${JSON.stringify(completeFields(result, given))}\n`
            : resultText(completeFields(result, given), style, {}, given),
        );
        staysOpen = true;
      },
    });
    // Whoever interrupts is answered at once; what is then still under way must not bring the process down.
    work.catch(() => {});
    const left = command === "logs" ? readerLeft(host) : undefined;
    const first = await Promise.race([work, interruption.signal, ...(left === undefined ? [] : [left])]);
    const end = typeof first === "string" && staysOpen ? await closed() : first;
    // `logs | head`: a log nobody reads has come to its end.
    if (end === "reader left") return 0;
    if (typeof end === "string") {
      controller.abort();
      return await closeWithSignal(end, interruptionError(command, underway, options.stage), closing);
    }
    // What it had to say is printed.
    if (staysOpen) return exitCodeOfResult(end.result);
    return await closeWithResult(end, closing);
  } catch (error) {
    return await closeWithFailure(error, closing);
  } finally {
    reporter.stop();
    interruption.stop();
    controller.abort();
  }
}

/** What the parser of command lines, or anything outside of a command, failed with. */
export function printFailure(
  error: unknown,
  options: Pick<GlobalOptions, "json" | "verbose" | "color">,
  outside: Host,
  command?: string,
): Promise<number> {
  const { host, pipeline } = enterPipeline(outside);
  const began = host.now().getTime();
  return closeWithFailure(error, {
    command,
    given: givenOn({}),
    options: { ...options, quiet: false },
    host,
    pipeline,
    met: metNothing(),
    began,
  });
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

import { noLinesText } from "../output/no-lines.js";
import { errorText, jsonErrorText, jsonText, resultText } from "../output/present.js";
import { completeCommands, completeFields, type Given } from "../output/recommend.js";
import { makeReporter, type Reporter } from "../output/reporter.js";
import { makeStyle, type Style } from "../output/style.js";
import type { CarriedOut } from "./carry-out.js";
import { namedInJson } from "./command-name.js";
import { causeChain, toFailure } from "./errors.js";
import { exitCodeOfCategory, exitCodeOfResult } from "./exit-code.js";
import type { Host } from "./host.js";
import type { InterruptionError } from "./interruption.js";
import { type Met, metInJson, warningsInJson } from "./met.js";
import type { GlobalOptions } from "./options.js";
import { type Pipeline, pipelineOf } from "./pipeline.js";
import { type Ended, linksOfEnd, tellAnnotations, tellPage } from "./tell-pipeline.js";

/** What a command line's end is told with. */
export interface Closing {
  /** Absent where the command line named none. */
  command: string | undefined;
  /** What recommended commands go on with: `givenOn`. */
  given: Given;
  options: Pick<GlobalOptions, "json" | "quiet" | "verbose" | "color">;
  host: Host;
  pipeline: Pipeline | undefined;
  met: Met;
  /** When it began, milliseconds since the epoch. */
  began: number;
  reporter?: Reporter;
}

/** Prints what the command came to. */
export function closeWithResult(
  { result: plain, exitCode: asked }: CarriedOut,
  closing: Closing,
): Promise<number> {
  const { options, host, met, given } = closing;
  const result = completeFields(plain, given);
  const exitCode = exitCodeOfResult(result, { exitCode: asked });
  return close({ result, exitCode }, closing, (ended) => {
    if (result.command === "logs") {
      const nothing = options.quiet ? undefined : noLinesText(result);
      if (nothing === undefined) return;
      host.stderr.write(styleOf(host, "stderr", options).dim(completeCommands(nothing, given)));
      return;
    }
    const links = linksOfEnd(ended);
    const shown = Object.keys(links).length === 0 ? result : { ...result, links };
    const text = options.json
      ? jsonText({ ...shown, ...warningsInJson(met), exitCode })
      : resultText(result, styleOf(host, "stdout", options), links, given);
    host.stdout.write(text);
  });
}

/** Whoever pressed Ctrl-C, or a pipeline that was cancelled. */
export function closeWithSignal(
  signal: "SIGINT" | "SIGTERM",
  plain: InterruptionError,
  closing: Closing,
): Promise<number> {
  const { command, options, host, met } = closing;
  const error = completeFields(plain, closing.given);
  const exitCode = signal === "SIGINT" ? 130 : 143;
  if (command === "logs") {
    closing.reporter?.stop();
    if (signal === "SIGINT") afterCtrlC(host);
    return Promise.resolve(exitCode);
  }
  return close({ error, exitCode }, closing, () => {
    if (options.json)
      host.stdout.write(jsonText({ ...namedInJson(command), ...metInJson(met), error, exitCode }));
    else host.stderr.write(errorText(error, styleOf(host, "stderr", options)));
  });
}

export function closeWithFailure(error: unknown, closing: Closing): Promise<number> {
  const { command, options, host, met, given } = closing;
  const failure = toFailure(error, command);
  const exitCode = exitCodeOfCategory(failure.category);
  const { code, message, hint, details } = failure;
  const shown = completeFields({ code, message, ...(hint === undefined ? {} : { hint }) }, given);
  return close({ error: shown, exitCode }, closing, () => {
    if (options.json) {
      const error = { ...shown, ...completeFields(details, given) };
      const value = { ...namedInJson(command), ...metInJson(met), error, exitCode };
      host.stdout.write(jsonErrorText(value, command));
    } else host.stderr.write(errorText(shown, styleOf(host, "stderr", options)));
    if (options.verbose) host.stderr.write(`${causeChain(error).join("\nCaused by: ")}\n`);
  });
}

/** The job's page first: what goes wrong there is a warning of this very end. */
async function close(
  end: Pick<Ended, "result" | "error" | "exitCode">,
  closing: Closing,
  print: (ended: Ended) => void,
): Promise<number> {
  const { command, host, pipeline, met, given, began } = closing;
  const reporter = closing.reporter ?? plainReporter(closing);
  const ended: Ended = { ...end, command, met, given, durationMs: host.now().getTime() - began };
  const message = await tellPage(ended, host, pipeline);
  if (message !== undefined) {
    met.warnings.push({ code: "summary_not_written", message });
    reporter.emit({ type: "warning", code: "summary_not_written", message });
  }
  reporter.stop();
  print(ended);
  await tellAnnotations(ended, pipeline);
  return end.exitCode;
}

function plainReporter({ host, options }: Closing): Reporter {
  const now = () => host.now().getTime();
  return makeReporter({
    stream: host.stderr,
    style: styleOf(host, "stderr", options),
    quiet: options.quiet,
    now,
  });
}

export function styleOf(
  host: Host,
  name: "stdout" | "stderr",
  { color, verbose }: Pick<GlobalOptions, "color" | "verbose">,
): Style {
  const stream = host[name];
  return makeStyle({
    color,
    verbose,
    isTerminal: stream.isTTY === true,
    isPipeline: pipelineOf(host.env) !== undefined,
    columns: stream.columns,
    env: host.env,
  });
}

/** The terminal has written ^C; what comes next stands on a line of its own. */
export function afterCtrlC({ stderr }: Host): void {
  if (stderr.isTTY === true) stderr.write("\n");
}

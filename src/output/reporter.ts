import type { Emit, SnapshotProgress, WorkflowEvent } from "../workflow/events.js";
import { proposalLines } from "./init.js";
import { logText } from "./log.js";
import { logCountText } from "./log-count.js";
import { migrationSql, migrationTable } from "./migrations.js";
import { repairLines } from "./repair.js";
import { isEnd, isNews, progressClock, progressLine, progressState } from "./snapshot-progress.js";
import type { makeSpinner, Spinner } from "./spinner.js";
import type { Style } from "./style.js";
import { oneLine, passed, plural, wrap } from "./text.js";

export interface ReporterOptions {
  stream: NodeJS.WritableStream;
  style: Style;
  /** Only where somebody watches; loaded by who makes this, because nobody else needs it. */
  makeSpinner?: typeof makeSpinner;
  quiet: boolean;
  /** Milliseconds. */
  now: () => number;
}

export interface Reporter {
  emit: Emit;
  /** Takes the spinner away; before the result, a question or an error is printed. */
  stop: () => void;
}

/** Shows events on stderr as they happen. */
export function makeReporter(options: ReporterOptions): Reporter {
  const { stream, style, makeSpinner, quiet, now } = options;
  const isTerminal = makeSpinner !== undefined;
  let spinner: Spinner | undefined;
  let printed = false;
  let endsBlank = false;
  let told: SnapshotProgress | undefined;
  let following = false;

  function print(lines: string[]): void {
    printed = true;
    spinner?.clear();
    for (const line of lines) stream.write(`${line}\n`);
    endsBlank = lines.at(-1) === "";
    spinner?.render();
  }

  /** A line of its own in a pipeline's log, as many as it takes on a screen. */
  function note(line: string): void {
    print([style.dim(isTerminal ? wrap(line, style.columns) : line)]);
  }

  /** `clock` is asked again for each frame; without one the time is told that passes from now on. */
  function wait(message: string, clock = elapsed(now())): void {
    if (makeSpinner === undefined) {
      print([style.dim(oneLine(message))]);
      return;
    }
    spinner ??= makeSpinner(stream);
    spinner.text = oneLine(message);
    spinner.suffixText = clock;
    spinner.start();
  }

  /** What is over in a moment needs no clock. */
  function elapsed(began: number): () => string {
    return () => (now() - began < 2_000 ? "" : style.dim(passed(now() - began)));
  }

  function snapshot(progress: SnapshotProgress): void {
    const isToBeKept = isTerminal ? isEnd(progress) : isNews(progress, told);
    if (isToBeKept) {
      told = progress;
      note(progressLine(progress));
    }
    if (!isTerminal) return;
    const at = now();
    wait(`Snapshot ${progressState(progress)}`, () => progressClock(progress, now() - at));
  }

  function emit(event: WorkflowEvent): void {
    if (event.type === "warning") print(warning(event, style));
    else if (!quiet) show(event);
  }

  function show(event: Exclude<WorkflowEvent, { type: "warning" }>): void {
    switch (event.type) {
      case "waiting":
        wait(event.message);
        break;
      case "following":
        // In a pipeline's log it is said once.
        if (isTerminal || !following) wait(event.message);
        following = true;
        break;
      case "note":
        note(oneLine(event.message));
        break;
      case "plan":
        print(plan(event, options));
        break;
      case "repair":
        print(repairLines(event, style));
        break;
      case "proposal":
        print(proposalLines(event, style));
        break;
      case "way-back":
        print([wrap(oneLine(event.message), style.columns), ""]);
        break;
      case "snapshot":
        snapshot(event);
        break;
      case "deleting":
        wait(`Deleting snapshot ${event.index} of ${event.total}: ${event.id}`);
        break;
      case "restoring": {
        const { from, database } = event;
        note(oneLine(`Restoring ${from} into the new ${database.kind} ${database.identifier}`));
        break;
      }
      case "started":
        // Stays on the screen: whoever loses the session needs it to rejoin.
        print([style.dim(`Running ${event.runId}`)]);
        if (isTerminal) wait("Waiting for the function to begin");
        break;
      case "progress":
        if (isTerminal) wait(`Migration ${event.index} of ${event.total}: ${oneLine(event.revision)}`);
        break;
      case "log": {
        const text = logText(event.line, style);
        if (text !== undefined) print([text]);
        break;
      }
      case "log-end":
        print([style.dim(logCountText(event))]);
    }
  }

  return {
    emit,
    stop: () => {
      spinner?.stop();
      spinner = undefined;
      // What happened on the way, and then the result.
      if (printed && !endsBlank) stream.write("\n");
      printed = false;
    },
  };
}

function warning({ message, hint }: Extract<WorkflowEvent, { type: "warning" }>, style: Style): string[] {
  const text = hint === undefined ? message : `${message}\n${hint}`;
  return [`${style.caution("!")} ${wrap(text, style.columns - 2).replaceAll("\n", "\n  ")}`];
}

/** The plan before it is executed. Its SQL is shown where consent is asked for, or on demand. */
function plan(event: Extract<WorkflowEvent, { type: "plan" }>, { style }: ReporterOptions): string[] {
  const { target, migrations, repairsFirst } = event;
  const count = plural(migrations.length, "migration");
  const withSql = target.protected || style.verbose;
  return [
    `${style.strong("Plan")} for ${target.stage} ${style.dim(oneLine(target.function))}: ${repairsFirst ? `at most ${count}, once history is repaired` : count}`,
    ...migrationTable(migrations, style),
    ...(withSql ? migrationSql(migrations, style) : []),
    "",
  ];
}

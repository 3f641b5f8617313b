import type { Emit, SnapshotProgress, WorkflowEvent } from "../workflow/events.js";
import type { Folds } from "./folds.js";
import { proposalLines } from "./init.js";
import { logText } from "./log.js";
import { logCountText } from "./log-count.js";
import { migrationSql, migrationTable } from "./migrations.js";
import { moments } from "./moments.js";
import { makePulse } from "./pulse.js";
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
  /** Where a job's log can be folded. */
  folds?: Folds | undefined;
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
  const { stream, style, makeSpinner, folds, quiet, now } = options;
  const isTerminal = makeSpinner !== undefined;
  // What a spinner shows all the time, a log is told now and then.
  const pulse = isTerminal || quiet ? undefined : makePulse((line) => write([style.dim(line)]), now);
  let spinner: Spinner | undefined;
  let printed = false;
  let endsBlank = false;
  let told: SnapshotProgress | undefined;
  let following = false;
  let runId: string | undefined;
  const momentOf = moments();
  let folded = false;

  /** Where lines are folded away, what is not of them stands outside. */
  function print(lines: string[]): void {
    unfold();
    write(lines);
  }

  function write(lines: string[]): void {
    printed = true;
    spinner?.clear();
    for (const line of lines) stream.write(`${line}\n`);
    endsBlank = lines.at(-1) === "";
    spinner?.render();
    pulse?.beat();
  }

  function fold(title: string): void {
    if (folded || folds === undefined) return;
    folds.start(title);
    folded = true;
  }

  function unfold(): void {
    if (folded) folds?.end();
    folded = false;
  }

  /** A line of its own in a pipeline's log, as many as it takes on a screen. */
  function note(line: string): void {
    print([style.dim(isTerminal ? wrap(line, style.columns) : line)]);
  }

  /** `clock` is asked again for each frame; without one the time is told that passes from now on. */
  function wait(message: string, clock = elapsed(now())): void {
    if (makeSpinner === undefined) {
      if (pulse === undefined || pulse.begin(oneLine(message))) print([style.dim(oneLine(message))]);
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
    const at = now();
    pulse?.begin(`Snapshot ${progressState(progress)}`, () => progressClock(progress, now() - at));
    if (!isTerminal) return;
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
        // In a pipeline's log it is said once, and goes on for as long as somebody lets it.
        if (isTerminal || !following) wait(event.message);
        following = true;
        pulse?.end();
        break;
      case "note":
        note(oneLine(event.message));
        break;
      case "plan":
        pulse?.end();
        print(plan(event, style));
        planSql(event);
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
      case "deploying":
        wait(oneLine(`Sending the code to ${event.functionName}`));
        break;
      case "started":
        // Stays on the screen: whoever loses the session needs it to rejoin.
        print([style.dim(`Running ${event.runId}`)]);
        runId = event.runId;
        if (isTerminal) wait("Waiting for the function to begin");
        else pulse?.begin("The run is at work");
        break;
      case "progress": {
        const message = `Migration ${event.index} of ${event.total}: ${oneLine(event.revision)}`;
        if (isTerminal) wait(message);
        else pulse?.begin(message);
        break;
      }
      case "log": {
        const text = logText(event.line, momentOf(event.line.timestamp).clock, style);
        if (text === undefined) break;
        fold(runId === undefined ? "Logs" : `Logs of run ${runId}`);
        write([text]);
        break;
      }
      case "log-end":
        print([style.dim(logCountText(event))]);
        pulse?.begin("Waiting for the verdict");
    }
  }

  /** Shown where consent is asked for, or on demand. */
  function planSql({ target, migrations }: Extract<WorkflowEvent, { type: "plan" }>): void {
    if (target.protected || style.verbose) {
      fold("SQL of the plan");
      write(migrationSql(migrations, style));
    }
    print([""]);
  }

  return {
    emit,
    stop: () => {
      pulse?.end();
      unfold();
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

/** The plan before it is executed. */
function plan(event: Extract<WorkflowEvent, { type: "plan" }>, style: Style): string[] {
  const { target, migrations, repairsFirst } = event;
  const count = plural(migrations.length, "migration");
  return [
    `${style.strong("Plan")} for ${target.stage} ${style.dim(oneLine(target.function))}: ${repairsFirst ? `at most ${count}, once history is repaired` : count}`,
    ...migrationTable(migrations, style),
  ];
}

import { Writable } from "node:stream";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { makeReporter } from "../../src/output/reporter.js";
import { makeSpinner } from "../../src/output/spinner.js";
import { makeStyle } from "../../src/output/style.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function terminal() {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  const still = () => true;
  const tty = { isTTY: true, columns: 80, cursorTo: still, clearLine: still, moveCursor: still };
  return { stream: Object.assign(stream, tty), text: () => chunks.join("") };
}

function reporter(isTerminal: boolean) {
  const { stream, text } = terminal();
  const style = makeStyle({ verbose: false, color: false, isTerminal, columns: 80, env: {} });
  return {
    text,
    ...makeReporter({ stream, style, ...(isTerminal ? { makeSpinner } : {}), quiet: false, now: Date.now }),
  };
}

const progress = { type: "progress", revision: "003_orders\x1b[2J", index: 3, total: 7 } as const;

test("the spinner says which migration of how many, and for how long", () => {
  const { emit, stop, text } = reporter(true);
  emit({ type: "started", runId: "r", hasLedger: true, hasStatus: true });
  emit(progress);
  vi.advanceTimersByTime(1_000);
  expect(text()).toContain("Migration 3 of 7: 003_orders\\x1b[2J");
  expect(text()).not.toMatch(/\d s/);
  vi.advanceTimersByTime(65_000);
  expect(text()).toMatch(/Migration 3 of 7: \S+ 1 min 0\d s/);
  const before = text().length;
  emit({ ...progress, revision: "004_items", index: 4 });
  vi.advanceTimersByTime(3_500);
  expect(text().slice(before)).toContain("Migration 4 of 7: 004_items 3 s");
  stop();
});

test("where nobody watches the log's own lines tell the progress", () => {
  const { emit, stop, text } = reporter(false);
  emit(progress);
  emit({ type: "log-end", lines: 4, late: 1, missing: 0, ended: true });
  emit({ type: "log-end", lines: 1, late: 0, missing: 2, ended: false });
  stop();
  expect(text()).toBe(
    "4 log lines, 1 of them late, none missing\n" +
      "1 log line, 2 not seen in CloudWatch, shown from the function's answer, without Lambda's REPORT line\n\n",
  );
});

const following = { type: "following", message: "Following /aws/lambda/f; Ctrl-C ends" } as const;

test("who follows a log sees that, and not what was waited for before; again after lines", () => {
  const { emit, stop, text } = reporter(true);
  emit({ type: "waiting", message: "starting PostgreSQL" });
  emit(following);
  let before = text().length;
  vi.advanceTimersByTime(5_000);
  expect(text().slice(before)).toContain(following.message);
  expect(text().slice(before)).not.toContain("PostgreSQL");
  stop();
  before = text().length;
  emit(following);
  vi.advanceTimersByTime(1_000);
  expect(text().slice(before)).toContain(following.message);
  stop();
});

test("in a pipeline's log it is said once", () => {
  const { emit, stop, text } = reporter(false);
  emit(following);
  stop();
  emit(following);
  stop();
  expect(text()).toBe(`${following.message}\n\n`);
});

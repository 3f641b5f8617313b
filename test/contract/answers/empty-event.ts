import { runOperation, type Speaker } from "./answer.js";
import { failureMessage, successMessage } from "./messages.js";

const empty = [
  null,
  {},
  true,
  0,
  [],
  { success: true },
  { ok: true, errors: [], failed: 0 },
  { exitCode: 0 },
  { status: "ok" },
  { code: 0, errorCount: 0, hasErrors: false, lastError: null },
  { code: "200", status: "COMPLETED_WITHOUT_ERRORS", completed: true },
  { result: "NO_PENDING_MIGRATIONS" },
  { applied: ["2024_create_failed_jobs_table", "add_error_codes"] },
];

export const emptyEvent: Speaker = {
  name: "empty-event",
  operations: [runOperation],
  success: (random) => ({
    value: random.pick<() => unknown>([
      () => random.pick(empty),
      () => successMessage(random),
      () => ({ message: successMessage(random), durationMs: random.int(5000) }),
      () => ({ success: true, output: successMessage(random), error: null }),
      () => ({
        migrations: random.revisions(5),
        status: random.pick(["success", "completed", "up_to_date"]),
      }),
      () => random.revisions(5),
    ])(),
  }),
  failure: (random) => {
    const message = failureMessage(random);
    return random.pick<unknown>([
      message,
      false,
      [message],
      { message },
      { error: message },
      { errors: [{ message }] },
      { success: false },
      { success: "false", message: "done" },
      { success: true, error: { message } },
      { ok: false },
      { exitCode: 1 + random.int(254), output: "done" },
      { returncode: -9 },
      {
        status: random.pick([
          "failed",
          "FAILURE",
          "error",
          "aborted",
          "COMPLETE_WITH_ERRORS",
          "updateFailed",
        ]),
      },
      { result: { migrations: [{ name: "a", status: "error" }] } },
      { statusCode: 500 },
      { [random.pick(["hasErrors", "isError", "timedOut", "rolled_back"])]: true },
      { [random.pick(["errorCount", "error_count", "failed_count"])]: 1 + random.int(9) },
      random.pick(["FINISHED_WITH_FAILURES", "ROLLBACK", "exit status 1"]),
      { output: JSON.stringify({ success: false }) },
      { result: `{'success': False, 'error': '${message.slice(0, 20)}'}` },
    ]);
  },
  partial: (random) => ({
    applied: random.revisions(3),
    ...random.pick([
      { failed: ["b"] },
      { error: failureMessage(random) },
      { status: "partial" },
      { success: false },
    ]),
  }),
  nonsense: (random) =>
    random.pick<unknown>([
      1 + random.int(1000),
      -1,
      "<html><body>Welcome to nginx</body></html>",
      '{"success": tr',
      { success: "maybe" },
      { status: random.pick(["running", "queued", "pending"]) },
      { exitCode: null },
      { statusCode: random.pick([202, 206, 207]), body: "OK" },
      { code: 1 + random.int(150) },
      { [random.pick(["migrated", "done", "completed"])]: false },
      "\u0000\u0001\u0002",
      ...(random.chance(0.02) ? [nested(random.pick([30, 1500]))] : []),
      ...(random.chance(0.02) ? [Array.from({ length: 60_000 }, () => 0)] : []),
    ]),
};

function nested(depth: number): unknown {
  return JSON.parse(`${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`);
}

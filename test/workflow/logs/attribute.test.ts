import { expect, test } from "vitest";
import type { LogLine } from "../../../src/workflow/events.js";
import { attributeLines } from "../../../src/workflow/logs/attribute.js";

const line = (stream: string, more: Partial<LogLine> = {}): LogLine => ({
  timestamp: 0,
  level: "info",
  message: "",
  stream,
  ...more,
});
const ids = (lines: LogLine[]) => {
  const attribute = attributeLines();
  return lines.map((one) => attribute(one).requestId);
};

test("plain lines belong to the invocation between START and REPORT of their stream", () => {
  expect(
    ids([
      line("a"),
      line("a", { platform: "start", requestId: "1" }),
      line("b", { platform: "start", requestId: "2" }),
      line("a"),
      line("b"),
      line("a", { platform: "report", requestId: "1" }),
      line("a"),
      line("a", { platform: "start", requestId: "3" }),
      line("a", { requestId: "1", late: true }),
      line("a"),
    ]),
  ).toEqual([undefined, "1", "2", "1", "2", "1", undefined, "3", "1", "3"]);
});

test("without system logs the last id that a stream named holds", () => {
  expect(ids([line("a", { requestId: "1" }), line("a"), line("a", { requestId: "2" }), line("a")])).toEqual([
    "1",
    "1",
    "2",
    "2",
  ]);
});

test("a run id holds for the rest of its invocation, and no longer", () => {
  const attribute = attributeLines();
  attribute(line("a", { platform: "start", requestId: "1" }));
  attribute(line("a", { requestId: "1", runId: "r" }));
  expect(attribute(line("a")).runId).toBe("r");
  expect(attribute(line("a", { platform: "report", requestId: "1" })).runId).toBe("r");
  attribute(line("a", { platform: "start", requestId: "2" }));
  expect(attribute(line("a")).runId).toBeUndefined();
});

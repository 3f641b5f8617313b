import { isObject } from "../../contract/json.js";
import type { InvocationReport, LogLine } from "../events.js";

type PlatformLine = Pick<LogLine, "level"> & Partial<LogLine>;

const requestIdPattern = /^(START|END|REPORT) RequestId: ([0-9a-f-]{36})/;

/** Lambda's own lines in its text format; undefined for a line of the function's. */
export function platformText(message: string): PlatformLine | undefined {
  if (message.startsWith("INIT_")) {
    return /^INIT_(START|REPORT) /.test(message) ? { level: "info", platform: "init" } : undefined;
  }
  const [, kind, requestId] = requestIdPattern.exec(message) ?? [];
  if (kind === undefined || requestId === undefined) return undefined;
  if (kind === "START") return { level: "info", requestId, platform: "start" };
  if (kind === "END") return { level: "info", requestId, platform: "end" };
  return reportLine(requestId, textReport(message));
}

/** The same from its JSON format: `{"time":…, "type":"platform.report", "record":{"requestId":…, "metrics":{…}}}`. */
export function platformObject(value: Record<string, unknown>): PlatformLine | undefined {
  const { type, record } = value;
  if (typeof type !== "string" || !type.startsWith("platform.")) return undefined;
  const { requestId, status, metrics } = isObject(record) ? record : {};
  const id = typeof requestId === "string" ? { requestId } : {};
  switch (type) {
    case "platform.start":
      return { level: "info", ...id, platform: "start" };
    case "platform.end":
    case "platform.runtimeDone":
      return { level: "info", ...id, platform: "end" };
    case "platform.report":
      return reportLine(id.requestId, objectReport(isObject(metrics) ? metrics : {}, status));
    case "platform.fault":
    case "platform.logsDropped":
      return {
        level: "warn",
        message: `${type}: ${typeof record === "string" ? record : JSON.stringify(record)}`,
      };
    default:
      return { level: "info", platform: "init" };
  }
}

function reportLine(requestId: string | undefined, report: InvocationReport): PlatformLine {
  const isFine = report.status === undefined || report.status === "success";
  const id = requestId === undefined ? {} : { requestId };
  return { level: isFine ? "info" : "error", ...id, platform: "report", report };
}

/** `REPORT RequestId: …\tDuration: 153.12 ms\tBilled Duration: 154 ms\tMemory Size: 512 MB\t…` */
function textReport(message: string): InvocationReport {
  const values = new Map(
    message.split("\t").map((field) => {
      const at = field.indexOf(": ");
      return [field.slice(0, at), field.slice(at + 2)] as const;
    }),
  );
  const status = values.get("Status")?.trim();
  return {
    ...figure("durationMs", values.get("Duration")),
    ...figure("billedMs", values.get("Billed Duration")),
    ...figure("memoryMb", values.get("Memory Size")),
    ...figure("maxMemoryMb", values.get("Max Memory Used")),
    ...figure("initMs", values.get("Init Duration") ?? values.get("Restore Duration")),
    ...(status === undefined || status === "" ? {} : { status }),
  };
}

function objectReport(metrics: Record<string, unknown>, status: unknown): InvocationReport {
  return {
    ...figure("durationMs", metrics.durationMs),
    ...figure("billedMs", metrics.billedDurationMs),
    ...figure("memoryMb", metrics.memorySizeMB),
    ...figure("maxMemoryMb", metrics.maxMemoryUsedMB),
    ...figure("initMs", metrics.initDurationMs ?? metrics.restoreDurationMs),
    ...(typeof status === "string" ? { status } : {}),
  };
}

/** A number, or text that begins with one. */
function figure<K extends keyof InvocationReport>(key: K, value: unknown): { [key in K]?: number } {
  const number = typeof value === "string" ? Number.parseFloat(value) : value;
  if (typeof number !== "number" || !Number.isFinite(number)) return {};
  return { [key]: number } as { [key in K]?: number };
}

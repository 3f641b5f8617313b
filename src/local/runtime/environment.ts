import { randomBytes } from "node:crypto";
import { functionArn, logGroupOf } from "../functions.js";
import { createMailbox } from "../mailbox.js";
import { findPython } from "../python.js";
import { type Answer, exited, failedInit, oversized, timedOut } from "./answers.js";
import { type Delivery, type RuntimeEvent, serveRuntimeApi } from "./api.js";
import { createOutput } from "./output.js";
import { startRuntimeProcess } from "./process.js";
import { endLine, initReportLine, reportLine, startLine, timeoutLine } from "./report.js";
import type { EnvironmentSettings } from "./settings.js";
import { handlerVariables } from "./variables.js";

export interface Invocation {
  requestId: string;
  payload: Buffer;
}

export interface Outcome extends Answer {
  requestId: string;
  log: Buffer;
}

/** One execution environment: a handler's process, used for one invocation at a time and frozen in between. */
export interface Environment {
  isUsable(): boolean;
  invoke(invocation: Invocation): Promise<Outcome>;
  /** Ends the process, as Lambda does: at once. */
  stop(): Promise<void>;
  stopNow(): void;
}

/** Lambda gives initialisation this long before it counts against the function's own timeout. */
const initAllowanceMs = 10_000;

type Next = Extract<RuntimeEvent, { type: "next" }>;

/** Without one the process fails to start, and that is told as any runtime's failure. */
function pythonOf({ definition, handler }: EnvironmentSettings): string {
  return findPython(definition, handler.file, definition.hostEnvironment) ?? "python3";
}

export async function startEnvironment(settings: EnvironmentSettings): Promise<Environment> {
  const { definition, handler } = settings;
  const mailbox = createMailbox<RuntimeEvent>();
  const { server, port } = await serveRuntimeApi(mailbox.put);
  const logStream = `${new Date().toISOString().slice(0, 10).replaceAll("-", "/")}/[$LATEST]${randomBytes(16).toString("hex")}`;
  const outputMark = randomBytes(16).toString("hex");
  const output = createOutput({
    logs: settings.logs,
    group: logGroupOf(definition.name),
    stream: logStream,
    mark: outputMark,
    onComplete: () => mailbox.put({ type: "outputComplete" }),
  });
  const started = performance.now();
  const child = startRuntimeProcess({
    program: handler.language === "node" ? process.execPath : pythonOf(settings),
    args: [settings.runtimeFiles[handler.language], handler.file],
    cwd: definition.root,
    dataDirectory: settings.dataDirectory,
    environment: handlerVariables({
      ...settings,
      language: handler.language,
      logStream,
      outputMark,
      runtimeApi: `127.0.0.1:${port}`,
    }),
    onLines: output.receive,
  });
  const ended = child.ended.then((reason) => {
    mailbox.put({ type: "exit", reason });
    server.close();
    server.closeAllConnections();
  });

  let next: Next | undefined;
  let initMs: number | undefined;
  let dead = false;
  let delivered = 0;
  let usedMb = 0;

  const measureMemory = (): void => {
    usedMb = Math.max(usedMb, child.peakMemoryMb());
  };
  const kill = async (): Promise<void> => {
    measureMemory();
    dead = true;
    child.kill();
    await ended;
  };

  /** @returns what went wrong; undefined once the runtime waits for an invocation. */
  async function initialise(requestId: string): Promise<Answer | undefined> {
    const deadline = started + initAllowanceMs + definition.timeoutSeconds * 1000;
    let failure: Answer | undefined;
    while (!next && !failure) {
      const event = await mailbox.take(deadline - performance.now());
      if (event === undefined) failure = timedOut(requestId, definition.timeoutSeconds);
      else if (event.type === "next") next = event;
      else if (event.type === "initError") failure = failedInit(event.payload);
      else if (event.type === "exit") failure = exited(requestId, event.reason);
    }
    initMs = performance.now() - started;
    measureMemory();
    if (failure) output.write([initReportLine(initMs, failure.status ?? "Unknown")]);
    return failure;
  }

  /** Waits for the answer, and then until the runtime asks for more and its output is complete. */
  async function answerOf(requestId: string, deadline: number): Promise<Answer> {
    let answer: Answer | undefined;
    while (!answer || !next || output.marks() <= delivered) {
      const patience = next ? 500 : deadline - performance.now();
      const event = await mailbox.take(patience);
      if (event === undefined) {
        if (next && answer) break;
        answer = answer ? { ...answer, status: "timeout" } : timedOut(requestId, definition.timeoutSeconds);
        output.write([timeoutLine(requestId, definition.timeoutSeconds)]);
        await kill();
        break;
      }
      if (event.type === "exit") {
        answer ??= exited(requestId, event.reason);
        dead = true;
        break;
      }
      if (event.type === "next") next = event;
      else if (event.type === "outputComplete" || event.type === "initError") continue;
      else if (event.requestId !== requestId) continue;
      else if (event.type === "oversized") answer ??= oversized();
      else answer ??= { payload: event.payload, failed: event.type === "error", status: undefined };
    }
    return answer;
  }

  return {
    isUsable: () => !dead && child.isAlive(),
    async invoke({ requestId, payload }) {
      const cold = initMs === undefined;
      const failure = cold ? await initialise(requestId) : undefined;
      output.write([startLine(requestId)]);
      const begin = performance.now();
      let answer = failure;
      if (next) {
        const delivery: Delivery = {
          requestId,
          payload,
          deadline: Date.now() + definition.timeoutSeconds * 1000,
          functionArn: functionArn(definition.name),
        };
        const { deliver } = next;
        next = undefined;
        delivered += 1;
        child.thaw();
        deliver(delivery);
        answer = await answerOf(requestId, begin + definition.timeoutSeconds * 1000);
      }
      const durationMs = performance.now() - begin;
      measureMemory();
      if (failure) await kill();
      const { payload: answered, failed, status } = answer ?? exited(requestId, "Runtime exited");
      output.write([
        endLine(requestId),
        reportLine({
          requestId,
          durationMs,
          initMs: cold ? initMs : undefined,
          memoryMb: definition.memoryMb,
          usedMb,
          status,
        }),
      ]);
      if (!dead) child.freeze();
      return { requestId, payload: answered, failed, status, log: output.takeTail() };
    },
    stop: kill,
    stopNow: child.kill,
  };
}

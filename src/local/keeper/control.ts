import { timingSafeEqual } from "node:crypto";
import { createServer, type Server, type Socket } from "node:net";
import { LocalError, messageOf } from "../errors.js";
import { createLineSplitter } from "../lines.js";
import type { Household } from "./household.js";
import { parseMessage, type Reply, type Request, requestSchema } from "./messages.js";
import type { Usage } from "./usage.js";

export interface Control {
  server: Server;
  /** Ends the connections of those who have left and wait for the keeper's own end. */
  dismiss(): void;
}

interface ControlSettings {
  token: string;
  usage: Usage;
  household: Promise<Household>;
  onJoin: () => void;
  log: (line: string) => void;
}

/** Where commands join and leave. A connection is a membership: it ends with the command, however that ends. */
export function createControl({ token, usage, household, onJoin, log }: ControlSettings): Control {
  const members = new Map<Socket, () => void>();
  const leavers = new Set<Socket>();
  const watchers = new Set<Socket>();

  const dismiss = (): void => {
    for (const socket of leavers) socket.end();
    leavers.clear();
  };

  const tellWatchers = (): void => {
    for (const socket of watchers) say(socket, { type: "others", count: members.size - 1 });
  };

  async function join(socket: Socket, request: Extract<Request, { type: "join" }>): Promise<void> {
    const release = usage.hold();
    if (!release) return say(socket, { type: "stopping" });
    members.set(socket, release);
    socket.once("close", () => {
      watchers.delete(socket);
      if (members.delete(socket)) tellWatchers();
      release();
    });
    onJoin();
    dismiss();
    tellWatchers();
    try {
      const { endpoint, register, postgres } = await household;
      const progress = (message: string): void => say(socket, { type: "progress", message });
      const databaseUrls = await register(request.functions, progress);
      const server = request.postgres ? { postgresUrl: await postgres(progress) } : {};
      say(socket, { type: "joined", endpoint, databaseUrls, ...server });
      if (request.watch && members.has(socket)) watch(socket);
    } catch (error) {
      const { code, hint } = error instanceof LocalError ? error : unexpected;
      log(`a command could not join: ${messageOf(error)}`);
      say(socket, { type: "failed", code, hint, message: messageOf(error) });
    }
  }

  function watch(socket: Socket): void {
    watchers.add(socket);
    say(socket, { type: "others", count: members.size - 1 });
  }

  function leave(socket: Socket, release: () => void): void {
    watchers.delete(socket);
    members.delete(socket);
    tellWatchers();
    say(socket, { type: "left", last: members.size === 0 });
    if (members.size > 0) socket.end();
    else leavers.add(socket);
    release();
  }

  const server = createServer((socket) => {
    const splitter = createLineSplitter();
    socket.on("error", () => socket.destroy());
    socket.once("close", () => leavers.delete(socket));
    socket.on("data", (chunk) => {
      for (const line of splitter.write(chunk)) {
        const request = parseMessage(requestSchema, line);
        const release = members.get(socket);
        if (request?.type === "leave" && release) leave(socket, release);
        else if (request?.type === "join" && !release && isSame(request.token, token))
          void join(socket, request);
        else if (request === undefined && !release) refuse(socket);
        else socket.destroy();
      }
    });
  });
  return { server, dismiss };
}

/** Versions of this program that differ in what they say meet when one keeps the directory while the other is installed. */
function refuse(socket: Socket): void {
  const message = "Another version of migrate-remote has this data directory open; nothing was changed.";
  const hint =
    "Close it (it may be a `migrate-remote local` in another terminal), then run the command again.";
  say(socket, { type: "failed", code: "keeper_other_version", message, hint });
  socket.end();
}

const unexpected = {
  code: "keeper_failed",
  hint: "Run the command again; keeper.log in the data directory says more.",
};

function say(socket: Socket, reply: Reply): void {
  if (socket.writable) socket.write(`${JSON.stringify(reply)}\n`);
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

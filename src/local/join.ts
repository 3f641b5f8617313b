import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { LocalError } from "./errors.js";
import type { FunctionDefinition } from "./functions.js";
import { parseMessage, type Reply, type Request, replySchema } from "./keeper/messages.js";
import { createLineSplitter } from "./lines.js";
import { createMailbox, type Mailbox } from "./mailbox.js";
import type { KeeperRecord } from "./ownership.js";
import { waitUntilGone } from "./process-identity.js";

/** For whoever stays: what happens after joining. */
export interface Watcher {
  /** How many other commands are there; told first when joined, then with each change. */
  onOthers(count: number): void;
  /** The keeper has ended without being left. */
  onLost(): void;
}

export interface Membership {
  endpoint: string;
  databaseUrls: Record<string, string>;
  postgresUrl: string | undefined;
  leave(): Promise<void>;
}

const stopPatienceMs = 15_000;
/** Creating a cluster on a slow disk, and recovering one, take their time; silence for longer than this does not. */
const silencePatienceMs = 120_000;

/** @returns undefined when the keeper is about to end or has ended: then look again. */
export async function join(
  keeper: KeeperRecord,
  { functions, postgres }: { functions: FunctionDefinition[]; postgres: boolean },
  progress: (message: string) => void,
  watcher?: Watcher,
): Promise<Membership | undefined> {
  const replies = createMailbox<Reply | "closed">();
  const socket = connect(keeper.port, "127.0.0.1");
  const splitter = createLineSplitter();
  socket.on("data", (chunk) => {
    for (const line of splitter.write(chunk)) {
      const reply = parseMessage(replySchema, line);
      if (reply) replies.put(reply);
    }
  });
  // An error is always followed by close.
  socket.on("error", () => {});
  socket.on("close", () => replies.put("closed"));
  say(socket, {
    type: "join",
    token: keeper.token,
    functions,
    postgres,
    ...(watcher === undefined ? {} : { watch: true }),
  });
  for (;;) {
    const reply = await replies.take(silencePatienceMs);
    if (reply === undefined) throw silent(socket);
    if (reply === "closed" || reply.type === "stopping") {
      socket.destroy();
      return undefined;
    }
    if (reply.type === "progress") progress(reply.message);
    if (reply.type === "failed") {
      await leave(socket, keeper);
      throw new LocalError(reply.code, reply.message, reply.hint);
    }
    if (reply.type === "joined") {
      const { endpoint, databaseUrls, postgresUrl } = reply;
      let left = false;
      if (watcher !== undefined) void watch(replies, watcher, () => left);
      const leaving = () => {
        left = true;
        return leave(socket, keeper);
      };
      return { endpoint, databaseUrls, postgresUrl, leave: leaving };
    }
  }
}

async function watch(
  replies: Mailbox<Reply | "closed">,
  { onOthers, onLost }: Watcher,
  hasLeft: () => boolean,
): Promise<void> {
  for (;;) {
    const reply = await replies.take(silencePatienceMs);
    if (hasLeft()) return;
    if (reply === "closed") return onLost();
    if (reply?.type === "others") onOthers(reply.count);
  }
}

function say(socket: Socket, request: Request): void {
  socket.write(`${JSON.stringify(request)}\n`);
}

/** The keeper ends the connection at once when others stay, and with its own end when we were the last. */
async function leave(socket: Socket, keeper: KeeperRecord): Promise<void> {
  if (socket.destroyed) return;
  let last = false;
  const splitter = createLineSplitter();
  socket.on("data", (chunk) => {
    for (const line of splitter.write(chunk)) {
      const reply = parseMessage(replySchema, line);
      if (reply?.type === "left") last = reply.last;
    }
  });
  // Not `once` of node:events, which rejects on an error; whatever ends the connection, we have left.
  const closed = new Promise((resolve) => socket.once("close", resolve));
  say(socket, { type: "leave" });
  await Promise.race([closed, once(AbortSignal.timeout(stopPatienceMs), "abort")]);
  socket.destroy();
  if (last) await waitUntilGone(keeper, 2_000);
}

function silent(socket: Socket): LocalError {
  socket.destroy();
  return new LocalError(
    "keeper_silent",
    "The local stage's keeper process does not answer.",
    "End it (its pid is in the data directory's newest keeper-*.json) and run the command again.",
  );
}

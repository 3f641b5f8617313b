import { once } from "node:events";
import { createServer, connect as dial, type Socket } from "node:net";

export interface Proxy {
  port: number;
  /** From now on nothing goes through any of today's connections, and nobody is told. */
  silence(): void;
  /** Breaks every connection that goes through, now. */
  cut(): void;
  /** From now on connections are closed as they come, or taken again. */
  refuse(on?: boolean): void;
  close(): Promise<void>;
}

/**
 * A TCP proxy on loopback, for what networks do to connections. `loseAnswerTo`: what a client sends arrives, but in place of the answer
 * the connection breaks, once.
 */
export async function startProxy(target: number, loseAnswerTo?: string): Promise<Proxy> {
  let armed = loseAnswerTo !== undefined;
  const sockets = new Set<Socket>();
  let refusing = false;
  const server = createServer((client) => {
    if (refusing) {
      client.destroy();
      return;
    }
    const upstream = dial(target, "127.0.0.1");
    client.on("data", (chunk) => {
      if (!armed || loseAnswerTo === undefined || !chunk.includes(loseAnswerTo)) return;
      armed = false;
      upstream.unpipe(client);
      upstream.once("data", () => client.destroy()).resume();
    });
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    silence: () => {
      for (const socket of sockets) socket.unpipe().resume();
    },
    cut,
    refuse: (on = true) => {
      refusing = on;
    },
    close: async () => {
      cut();
      server.close();
      await once(server, "close");
    },
  };
}

/**
 * A transaction pooler in small: each client has two backends, and each transaction goes to the other one than the last. The server has
 * to authenticate by `trust`, because only the startup packet goes to both.
 */
export async function startTransactionPooler(target: number): Promise<Pick<Proxy, "port" | "close">> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    sockets.add(client);
    const first = dial(target, "127.0.0.1");
    const second = dial(target, "127.0.0.1");
    const backends = [first, second];
    let active = first;
    let bothReady = false;
    for (const backend of backends) {
      sockets.add(backend);
      backend.on("error", () => client.destroy());
      backend.on("close", () => client.destroy());
    }
    client.on("error", () => {});
    client.on("close", () => {
      for (const backend of backends) backend.destroy();
    });
    // The startup packet, and under `trust` nothing else, goes to both; the client hears of the first one's answer when both have given one.
    client.once("data", (startup) => {
      second.write(startup);
      second.on("data", (chunk) => {
        if (bothReady) forward(second, chunk);
        else if (isIdle(chunk)) first.write(startup);
      });
      first.on("data", (chunk) => {
        if (isIdle(chunk)) bothReady = true;
        forward(first, chunk);
      });
      client.on("data", (chunk) => active.write(chunk));
    });
    function forward(backend: Socket, chunk: Buffer) {
      client.write(chunk);
      if (isIdle(chunk)) active = backend === first ? second : first;
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** ReadyForQuery outside a transaction ends the chunk: `Z`, length 5, `I`. */
function isIdle(chunk: Buffer): boolean {
  return chunk.subarray(-6).equals(Buffer.from([0x5a, 0, 0, 0, 5, 0x49]));
}

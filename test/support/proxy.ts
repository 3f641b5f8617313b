import { once } from "node:events";
import { createServer, connect as dial, type Socket } from "node:net";

export interface Proxy {
  port: number;
  /** Breaks every connection that goes through, now. */
  cut(): void;
  /** From now on connections are closed as they come, or taken again. */
  refuse(on?: boolean): void;
  close(): Promise<void>;
}

/** A TCP proxy on loopback, for what networks do to connections. */
export async function startProxy(target: number): Promise<Proxy> {
  const sockets = new Set<Socket>();
  let refusing = false;
  const server = createServer((client) => {
    if (refusing) {
      client.destroy();
      return;
    }
    const upstream = dial(target, "127.0.0.1");
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
    const backends = [dial(target, "127.0.0.1"), dial(target, "127.0.0.1")] as const;
    let active = 0;
    const ready = [false, false];
    let started = false;
    for (const [index, backend] of backends.entries()) {
      sockets.add(backend);
      backend.on("error", () => client.destroy());
      backend.on("close", () => client.destroy());
      backend.on("data", (chunk) => {
        if (isIdle(chunk)) ready[index] = true;
        if (index !== active) return;
        client.write(chunk);
        if (isIdle(chunk) && ready[1 - index]) active = 1 - index;
      });
    }
    client.on("error", () => {});
    client.on("close", () => {
      for (const backend of backends) backend.destroy();
    });
    client.on("data", (chunk) => {
      // The startup packet, and under `trust` nothing else, goes to both.
      if (!started) for (const backend of backends) backend.write(chunk);
      else backends[active]?.write(chunk);
      started = true;
    });
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

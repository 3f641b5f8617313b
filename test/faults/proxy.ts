import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { type Answer, failure, framed, half, rewritten, type Wire } from "./answers.js";
import { type Call, callOf } from "./call.js";
import { type Fault, type PlannedFault, plannedFor } from "./plan.js";

export interface FaultProxy {
  url: string;
  /** How often each call came. */
  seen: ReadonlyMap<Call, number>;
  /** How often each call was handed on. */
  delivered: ReadonlyMap<Call, number>;
  /** Planned faults that met their call. */
  met: ReadonlySet<PlannedFault>;
  /** Resolves when all that was handed on has been answered, late deliveries too. */
  quiet(): Promise<void>;
  close(): Promise<void>;
}

/** Called with every call as it comes, before anything is done with it. */
export type Watch = (call: Call, nth: number, body: string) => Promise<void>;

const lateMs = 1_500;
const slowMs = 1_500;
const refusingMs = 600;

/** Stands between a command and an AWS endpoint and does to each call what is planned for it. */
export async function startFaultProxy(
  upstream: string,
  plan: readonly PlannedFault[],
  watch: Watch = async () => {},
): Promise<FaultProxy> {
  const seen = new Map<Call, number>();
  const delivered = new Map<Call, number>();
  const met = new Set<PlannedFault>();
  const sockets = new Set<Socket>();
  const open = new Set<Promise<unknown>>();

  const server = createServer((incoming, response) => {
    handle(incoming, response).catch(() => response.destroy());
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(incoming);
    const call = callOf({
      method: incoming.method ?? "",
      path: new URL(incoming.url ?? "/", upstream).pathname,
      target: String(incoming.headers["x-amz-target"] ?? ""),
      body: body.toString(),
    });
    const nth = count(seen, call);
    await watch(call, nth, body.toString());
    const forward = () => {
      count(delivered, call);
      return track(forwardTo(upstream, incoming, body));
    };
    const planned = plannedFor(plan, call, nth);
    if (planned === undefined) {
      reply(response, await forward());
      return;
    }
    met.add(planned);
    const wire = String(incoming.headers["content-type"]).includes("form-urlencoded") ? "query" : "json";
    await commit(planned.fault, wire, incoming.socket, response, forward);
  }

  async function commit(
    fault: Fault,
    wire: Wire,
    socket: Socket,
    response: ServerResponse,
    forward: () => Promise<Answer>,
  ): Promise<void> {
    switch (fault) {
      case "reset":
        socket.resetAndDestroy();
        return;
      case "drop-before":
        socket.destroy();
        return;
      case "deliver-late":
        socket.destroy();
        await track(wait(lateMs).then(forward));
        return;
      case "drop-after":
        await forward();
        socket.destroy();
        return;
      case "drop-mid-answer": {
        const { status, headers, body } = await forward();
        response.writeHead(status, framed(headers, body.length));
        response.write(half(body), () => setImmediate(() => socket.resetAndDestroy()));
        return;
      }
      case "hang":
        await forward();
        return;
      case "500-before":
      case "502-before":
      case "503-before":
        reply(response, failure(statusOf(fault), wire));
        return;
      case "500-after":
      case "502-after":
      case "503-after":
        await forward();
        reply(response, failure(statusOf(fault), wire));
        return;
      case "throttle":
        reply(response, failure("throttled", wire));
        return;
      case "expired-token":
        reply(response, failure("expired", wire));
        return;
      case "status-failed":
      case "gone":
      case "not-found":
      case "never-available":
        reply(response, rewritten(await forward(), fault));
        return;
      case "slow": {
        const answer = await forward();
        await wait(slowMs);
        reply(response, answer);
        return;
      }
      case "duplicate-at-once":
        reply(response, (await Promise.all([forward(), forward()]))[0]);
        return;
      case "duplicate-after":
        await forward();
        reply(response, await forward());
        return;
      case "truncated": {
        const answer = await forward();
        reply(response, { ...answer, body: half(answer.body) });
        return;
      }
      case "garbage":
        reply(response, { ...(await forward()), body: Buffer.from("<html>\u0000 not what you asked for") });
        return;
      case "answer-then-refuse": {
        const answer = await forward();
        server.close();
        reply(response, { ...answer, headers: { ...answer.headers, connection: "close" } });
        server.closeIdleConnections();
        await track(
          wait(refusingMs).then(() => {
            server.listen(port, "127.0.0.1");
            return once(server, "listening");
          }),
        );
      }
    }
  }

  function track<T>(work: Promise<T>): Promise<T> {
    const settled = work.then(
      () => {},
      () => {},
    );
    open.add(settled);
    settled.then(() => open.delete(settled));
    return work;
  }

  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    delivered,
    met,
    quiet: async () => {
      while (open.size > 0) await Promise.all(open);
    },
    close: async () => {
      while (open.size > 0) await Promise.all(open);
      for (const socket of sockets) socket.destroy();
      if (!server.listening) return;
      server.close();
      await once(server, "close");
    },
  };
}

function count(counts: Map<Call, number>, call: Call): number {
  const times = (counts.get(call) ?? 0) + 1;
  counts.set(call, times);
  return times;
}

async function bodyOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function forwardTo(upstream: string, incoming: IncomingMessage, body: Buffer): Promise<Answer> {
  const { hostname, port, host } = new URL(upstream);
  const { connection: _, ...headers } = incoming.headers;
  const outgoing = request({
    hostname,
    port,
    method: incoming.method,
    path: incoming.url,
    headers: { ...headers, host },
    agent: false,
  });
  outgoing.end(body);
  const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
  return { status: answer.statusCode ?? 500, headers: answer.headers, body: await bodyOf(answer) };
}

function reply(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, framed(headers, body.length)).end(body);
}

function statusOf(fault: `${500 | 502 | 503}-${string}`): 500 | 502 | 503 {
  return Number(fault.slice(0, 3)) as 500 | 502 | 503;
}

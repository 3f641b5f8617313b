import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer, type Server as HttpServer, type IncomingMessage } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, connect, isIP, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";

/** A server on loopback that is gone after `close`, its connections with it. */
export interface Listening {
  port: number;
  close(): Promise<void>;
}

export async function listen(server: Server): Promise<Listening> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

export interface Answered {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  afterMs?: number;
}

/** An HTTP(S) service that answers what `answer` says to each request and its body. */
export function service(
  answer: (request: IncomingMessage, body: string) => Answered,
  tls?: { key: string; cert: string },
): HttpServer {
  const handle = (request: IncomingMessage, response: import("node:http").ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const {
        status = 200,
        headers = {},
        body = "{}",
        afterMs = 0,
      } = answer(request, Buffer.concat(chunks).toString());
      setTimeout(() => response.writeHead(status, headers).end(body), afterMs);
    });
  };
  return tls === undefined ? createServer(handle) : createHttpsServer(tls, handle);
}

/** A CONNECT proxy that counts its tunnels; all lead to `port` on loopback, whatever name is asked for. */
export function connectProxy(port: number): { server: HttpServer; tunnels: IncomingMessage[] } {
  const tunnels: IncomingMessage[] = [];
  const server = createServer((_, response) => response.writeHead(500).end());
  server.on("connect", (request, client: Socket) => {
    tunnels.push(request);
    const upstream = connect(port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on("error", () => client.destroy());
    client.on("close", () => upstream.destroy());
  });
  return { server, tunnels };
}

/** A certificate that signs itself, for this name. */
export async function selfSigned(
  directory: string,
  name: string,
): Promise<{ key: string; cert: string; certFile: string }> {
  const keyFile = join(directory, `${name}.key.pem`);
  const certFile = join(directory, `${name}.cert.pem`);
  const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const files = ["-keyout", keyFile, "-out", certFile, "-days", "2"];
  const subject = [
    "-subj",
    `/CN=${name}`,
    "-addext",
    `subjectAltName=${isIP(name) === 0 ? "DNS" : "IP"}:${name}`,
  ];
  await promisify(execFile)("openssl", [...request, ...files, ...subject]);
  return { key: await readFile(keyFile, "utf8"), cert: await readFile(certFile, "utf8"), certFile };
}

/** A port where nobody listens. */
export async function freePort(): Promise<number> {
  const { port, close } = await listen(createServer());
  await close();
  return port;
}

import type { ClientRequest } from "node:http";
import type { Socket } from "node:net";
import { HttpsProxyAgent, type HttpsProxyAgentOptions } from "https-proxy-agent";
import { proxyFailed } from "./thrown.js";

type ConnectOptions = Parameters<HttpsProxyAgent<string>["connect"]>[1];

/** Reaches https services through a proxy's CONNECT. */
export class TunnelAgent extends HttpsProxyAgent<string> {
  readonly #ca: { ca?: string[] };

  constructor(proxy: URL, options: HttpsProxyAgentOptions<string>, ca: { ca?: string[] }) {
    super(proxy, { ...options, ...ca });
    this.#ca = ca;
  }

  /** The agent beneath guesses this from the call stack, differently when a tunnel comes free, so that none is ever used again. */
  override isSecureEndpoint(): boolean {
    return true;
  }

  /** The agent beneath replays a proxy's refusal as though the service had answered it; here it is an error. */
  override async connect(request: ClientRequest, options: ConnectOptions): Promise<Socket> {
    let status = 0;
    request.once("proxyConnect", (answer: { statusCode: number }) => {
      status = answer.statusCode;
    });
    // What the constructor was given is for TLS to the proxy; TLS to the service takes its options from the request.
    const secure = { ...options, ...this.#ca } as ConnectOptions;
    const socket = await super.connect(request, secure).catch((error: Error) => {
      throw failure(`the proxy opened no tunnel (${error.message})`, error);
    });
    if (status === 200) return socket;
    socket.destroy();
    throw failure(`the proxy refused the tunnel with status ${status}`);
  }
}

function failure(message: string, cause?: Error): Error {
  return Object.assign(new Error(message, { cause }), { code: proxyFailed });
}

import type { ClientRequest } from "node:http";
import type { Socket } from "node:net";
import { HttpsProxyAgent, type HttpsProxyAgentOptions } from "https-proxy-agent";
import { proxyFailed } from "./thrown.js";

type ConnectOptions = Parameters<HttpsProxyAgent<string>["connect"]>[1];

/** Reaches https services through a proxy's CONNECT. */
export class TunnelAgent extends HttpsProxyAgent<string> {
  readonly #ca: { ca?: string[] };
  readonly #timeout: number;

  /** `timeout`: milliseconds within which the proxy must have opened the tunnel. */
  constructor(proxy: URL, options: HttpsProxyAgentOptions<string>, ca: { ca?: string[] }, timeout: number) {
    super(proxy, { ...options, ...ca });
    this.#ca = ca;
    this.#timeout = timeout;
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
    // A request that gives up does not know the socket to a silent proxy, which would keep the process alive.
    const silence = new AbortController();
    const timer = setTimeout(() => silence.abort(), this.#timeout);
    this.connectOpts = { ...this.connectOpts, signal: silence.signal };
    try {
      // What the constructor was given is for TLS to the proxy; TLS to the service takes its options from the request.
      const socket = await super.connect(request, { ...options, ...this.#ca } as ConnectOptions);
      if (status === 200) return socket;
      socket.destroy();
    } catch (error) {
      const reason = silence.signal.aborted ? "it did not answer in time" : (error as Error).message;
      throw failure(`the proxy opened no tunnel (${reason})`, error);
    } finally {
      clearTimeout(timer);
    }
    throw failure(`the proxy refused the tunnel with status ${status}${meanings[status] ?? ""}`);
  }
}

const meanings: Record<number, string> = {
  403: " (it does not let this address through)",
  407: " (it wants a user and a password, or others)",
};

function failure(message: string, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), { code: proxyFailed });
}

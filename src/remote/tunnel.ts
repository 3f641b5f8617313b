import type { ClientRequest } from "node:http";
import type { Socket } from "node:net";
import { HttpsProxyAgent, type HttpsProxyAgentOptions } from "https-proxy-agent";

/** Reaches https services through a proxy's CONNECT. */
export class TunnelAgent extends HttpsProxyAgent<string> {
  readonly #ca: string[] | undefined;

  constructor(proxy: URL, options: HttpsProxyAgentOptions<string>, ca: string[] | undefined) {
    super(proxy, { ...options, ...(ca === undefined ? {} : { ca }) });
    this.#ca = ca;
  }

  /** The agent beneath replays a proxy's refusal as though the service had answered it; here it is an error. */
  override async connect(
    request: ClientRequest,
    options: Parameters<HttpsProxyAgent<string>["connect"]>[1],
  ): Promise<Socket> {
    let status = 0;
    request.once("proxyConnect", (answer: { statusCode: number }) => {
      status = answer.statusCode;
    });
    // Options for TLS to the service go with the request, those of the constructor are for TLS to the proxy.
    const ca = this.#ca === undefined ? {} : { ca: this.#ca };
    const socket = await super.connect(request, {
      ...options,
      ...ca,
      secureEndpoint: true,
    } as typeof options);
    if (status === 200) return socket;
    socket.destroy();
    throw proxyRefusal(status);
  }
}

function proxyRefusal(status: number): Error {
  return Object.assign(new Error(`the proxy refused the tunnel with status ${status}`), {
    code: "PROXY_REFUSED",
    status,
  });
}

import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { HttpProxyAgent } from "http-proxy-agent";
import { once } from "./once.js";
import { proxyFor } from "./proxy.js";
import { TunnelAgent } from "./tunnel.js";

/** What any AWS client takes as `requestHandler`. */
export type RequestHandler = Pick<
  NodeHttpHandler,
  "handle" | "destroy" | "metadata" | "updateHttpClientConfig" | "httpHandlerConfigs"
>;

// Load balancers and NAT gateways of AWS forget a silent connection after 350 seconds; an invocation may be silent for 900.
const keepAlive = { keepAlive: true, keepAliveMsecs: 60_000, keepAliveInitialDelay: 60_000 };

// A connection that does not come about in this time never will.
const connectionTimeout = 15_000;

// Shorter, so that it is the proxy that is told of.
const tunnelTimeout = 10_000;

/**
 * Sends requests directly or through the proxy that the environment names, chosen for each host (NO_PROXY). What `certificates` gives is
 * trusted; it is asked when the first request goes out over TLS, because a company's bundle takes longer to read than a request.
 *
 * There is no timeout but for connecting: an invocation answers when its migration is done. A caller that wants one gives
 * `requestTimeout` with the request; it throws then.
 */
export function createRequestHandler(
  env: Readonly<Record<string, string | undefined>>,
  certificates: () => Promise<string[] | undefined>,
): RequestHandler {
  const handlers = new Map<string, NodeHttpHandler>();
  const trusted = once(certificates);
  const handlerFor = async (url: URL): Promise<NodeHttpHandler> => {
    const proxy = proxyFor(url, env);
    const isPlain = url.protocol === "http:" && proxy?.protocol !== "https:";
    const ca = isPlain ? undefined : await trusted();
    const key = `${isPlain} ${proxy?.href ?? ""}`;
    const handler = handlers.get(key) ?? createHandler(proxy, ca);
    handlers.set(key, handler);
    return handler;
  };
  return {
    metadata: { handlerProtocol: "http/1.1" },
    async handle(request, options) {
      const port = request.port === undefined ? "" : `:${request.port}`;
      const handler = await handlerFor(new URL(`${request.protocol}//${request.hostname}${port}`));
      return handler.handle(request, options);
    },
    destroy() {
      for (const handler of handlers.values()) handler.destroy();
    },
    // Some clients (CloudWatch Logs: 300 s) set an idle timeout here. On a shared handler it would cut off another client's invocation.
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
  };
}

function createHandler(proxy: URL | undefined, ca: string[] | undefined): NodeHttpHandler {
  const trust = ca === undefined ? {} : { ca };
  const common = { connectionTimeout, throwOnRequestTimeout: true };
  if (proxy !== undefined) {
    return new NodeHttpHandler({
      ...common,
      httpAgent: new HttpProxyAgent(proxy, { ...keepAlive, ...trust }),
      // A tunnel agent is an http.Agent that speaks https; the types know no such thing.
      httpsAgent: new TunnelAgent(proxy, keepAlive, trust, tunnelTimeout) as unknown as HttpsAgent,
    });
  }
  return new NodeHttpHandler({
    ...common,
    httpAgent: new HttpAgent(keepAlive),
    httpsAgent: new HttpsAgent({ ...keepAlive, ...trust }),
  });
}

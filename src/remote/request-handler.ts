import { Agent as HttpAgent } from "node:http";
import type { Agent as HttpsAgent } from "node:https";
import { NodeHttpHandler, type NodeHttpHandlerOptions } from "@smithy/node-http-handler";
import { once } from "../contract/once.js";
import { proxyFor } from "./proxy.js";

/** What any AWS client takes as `requestHandler`. */
export type RequestHandler = Pick<
  NodeHttpHandler,
  "handle" | "destroy" | "metadata" | "updateHttpClientConfig" | "httpHandlerConfigs"
>;

// Load balancers and NAT gateways of AWS forget a silent connection after 350 seconds; an invocation may be silent for 900.
const keepAlive = { keepAlive: true, keepAliveMsecs: 60_000, keepAliveInitialDelay: 60_000 };

// A connection that does not come about in this time never will.
const connectionTimeout = 15_000;

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
  const handlers = new Map<string, Promise<NodeHttpHandler>>();
  const trusted = once(certificates);
  const handlerFor = (url: URL): Promise<NodeHttpHandler> => {
    const proxy = proxyFor(url, env);
    const isPlain = url.protocol === "http:" && proxy?.protocol !== "https:";
    const key = `${isPlain} ${proxy?.href ?? ""}`;
    const make = async () => {
      if (isPlain && proxy === undefined) return handlerWith(plainAgents());
      const ca = isPlain ? undefined : await trusted();
      const trust = ca === undefined ? {} : { ca };
      return handlerWith(
        proxy === undefined
          ? await directAgents(trust)
          : (await import("./proxy-agents.js")).proxyAgents(proxy, keepAlive, trust),
      );
    };
    const handler = handlers.get(key) ?? make();
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
      // One that could not be made has nothing to let go of.
      for (const handler of handlers.values()) handler.then((made) => made.destroy()).catch(() => {});
    },
    // Some clients (CloudWatch Logs: 300 s) set an idle timeout here. On a shared handler it would cut off another client's invocation.
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
  };
}

function handlerWith(agents: Pick<NodeHttpHandlerOptions, "httpAgent" | "httpsAgent">): NodeHttpHandler {
  return new NodeHttpHandler({ connectionTimeout, throwOnRequestTimeout: true, ...agents });
}

/** Where TLS is not spoken it is not loaded either: the handler wants both agents, and asks the second for nothing. */
function plainAgents() {
  const agent = new HttpAgent(keepAlive);
  return { httpAgent: agent, httpsAgent: agent as HttpsAgent };
}

async function directAgents(trust: { ca?: string[] }) {
  const { Agent } = await import("node:https");
  return { httpAgent: new HttpAgent(keepAlive), httpsAgent: new Agent({ ...keepAlive, ...trust }) };
}

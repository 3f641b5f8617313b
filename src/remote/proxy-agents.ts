import type { Agent as HttpsAgent } from "node:https";
import { HttpProxyAgent } from "http-proxy-agent";
import { TunnelAgent } from "./tunnel.js";

// Shorter than the time that a connection may take, so that it is the proxy that is told of.
const tunnelTimeout = 10_000;

export interface AgentSettings {
  keepAlive: boolean;
  keepAliveMsecs: number;
  keepAliveInitialDelay: number;
}

/** What goes through one proxy. A module of its own, because nearly nobody has one. */
export function proxyAgents(proxy: URL, keepAlive: AgentSettings, trust: { ca?: string[] }) {
  return {
    httpAgent: new HttpProxyAgent(proxy, { ...keepAlive, ...trust }),
    // A tunnel agent is an http.Agent that speaks https; the types know no such thing.
    httpsAgent: new TunnelAgent(proxy, keepAlive, trust, tunnelTimeout) as unknown as HttpsAgent,
  };
}

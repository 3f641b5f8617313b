import { BlockList, isIP } from "node:net";
import { RemoteError } from "./remote-error.js";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy through which a URL is reached, or undefined for none: HTTPS_PROXY or HTTP_PROXY by the URL's scheme, else ALL_PROXY,
 * unless NO_PROXY names the host. Lower case comes first, as curl has it. This machine itself is never reached through one.
 */
export function proxyFor(url: URL, env: Environment): URL | undefined {
  const host = url.hostname.replace(/^\[|\]$/g, "").toLowerCase();
  const variable = [`${url.protocol.slice(0, -1)}_proxy`, "all_proxy"].find((name) => read(env, name) !== "");
  if (variable === undefined || isLoopback(host)) return undefined;
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  if (excludes(read(env, "no_proxy"), host, port)) return undefined;
  return parseProxy(variable.toUpperCase(), read(env, variable));
}

function read(env: Environment, name: string): string {
  return env[name] || env[name.toUpperCase()] || "";
}

function parseProxy(variable: string, value: string): URL {
  const text = value.includes("://") ? value : `http://${value}`;
  if (URL.canParse(text)) {
    const url = new URL(text);
    if ((url.protocol === "http:" || url.protocol === "https:") && url.hostname !== "") return url;
  }
  // The value may hold a password, so it is not shown.
  throw new RemoteError({
    code: "proxy_invalid",
    message: `${variable} is not the URL of an http or https proxy. Nothing was sent.`,
    hint: `Set it like ${variable}=http://proxy.example.com:3128, or unset it.`,
  });
}

function isLoopback(host: string): boolean {
  return (
    host === "localhost" || host.endsWith(".localhost") || host === "::1" || /^127(\.\d+){3}$/.test(host)
  );
}

/** `*`, hosts (a domain means its subdomains too), addresses, networks (10.0.0.0/8), each with or without a port. */
function excludes(list: string, host: string, port: string): boolean {
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .some((entry) => entry === "*" || matches(entry, host, port));
}

function matches(entry: string, host: string, port: string): boolean {
  // An IPv6 address without brackets cannot carry a port: its last group would look like one.
  const bare = !entry.startsWith("[") && entry.indexOf(":") !== entry.lastIndexOf(":");
  const only = bare ? undefined : /:(\d+)$/.exec(entry)?.[1];
  if (only !== undefined && only !== port) return false;
  const name = (only === undefined ? entry : entry.slice(0, -only.length - 1)).replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0) return name === host || inNetwork(name, host);
  const domain = name.replace(/^\*?\./, "");
  return domain !== "" && (host === domain || host.endsWith(`.${domain}`));
}

function inNetwork(entry: string, host: string): boolean {
  const [address = "", bits = ""] = entry.split("/");
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  if (isIP(address) === 0 || isIP(address) !== isIP(host) || !/^\d{1,3}$/.test(bits)) return false;
  if (Number(bits) > (family === "ipv6" ? 128 : 32)) return false;
  const network = new BlockList();
  network.addSubnet(address, Number(bits), family);
  return network.check(host, family);
}

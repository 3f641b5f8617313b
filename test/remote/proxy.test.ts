import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { proxyFor } from "../../src/remote/proxy.js";
import { RemoteError } from "../../src/remote/remote-error.js";

const lambda = "https://lambda.us-west-2.amazonaws.com";

function through(url: string, env: Record<string, string>): string | undefined {
  return proxyFor(new URL(url), env)?.href;
}

describe("proxyFor", () => {
  test.each<[string, Record<string, string>, string | undefined]>([
    [lambda, {}, undefined],
    [lambda, { HTTPS_PROXY: "http://p:3128" }, "http://p:3128/"],
    [lambda, { https_proxy: "http://lower:1", HTTPS_PROXY: "http://upper:1" }, "http://lower:1/"],
    [lambda, { HTTPS_PROXY: "", ALL_PROXY: "p:3128" }, "http://p:3128/"],
    [lambda, { HTTP_PROXY: "http://p:3128" }, undefined],
    ["http://vpce.example.com", { HTTP_PROXY: "http://p:3128" }, "http://p:3128/"],
    [lambda, { HTTPS_PROXY: "https://p:3128" }, "https://p:3128/"],
  ])("%s with %o", (url, env, proxy) => {
    expect(through(url, env)).toBe(proxy);
  });

  test.each([
    "http://localhost:4566",
    "http://127.0.0.1:9",
    "http://127.8.9.10",
    "http://[::1]:9",
    "http://a.localhost",
  ])("this machine is reached directly: %s", (url) => {
    expect(through(url, { ALL_PROXY: "http://p:1" })).toBeUndefined();
  });

  test.each([
    [lambda, "*", true],
    [lambda, "amazonaws.com", true],
    [lambda, ".amazonaws.com", true],
    [lambda, "*.amazonaws.com", true],
    [lambda, "Lambda.us-west-2.amazonaws.com:443", true],
    [lambda, "lambda.us-west-2.amazonaws.com:8443", false],
    [lambda, "a.example, ,amazonaws.com", true],
    [lambda, "azonaws.com", false],
    [lambda, "lambda", false],
    [lambda, "", false],
    [lambda, ".", false],
    ["https://10.1.2.3", "10.0.0.0/8", true],
    ["https://10.1.2.3", "10.1.2.3", true],
    ["https://10.1.2.3", "1.2.3", false],
    ["https://11.1.2.3", "10.0.0.0/8", false],
    ["https://10.1.2.3", "10.0.0.0/99", false],
    ["https://[fd00::1]:8443", "fd00::/8", true],
    ["https://[fd00::1]:8443", "[fd00::1]:8443", true],
    ["https://[fd00::1]:8443", "[fd00::1]:443", false],
    ["https://[fd00::1]:8443", "fd00::1", true],
  ])("%s with NO_PROXY=%s is direct: %s", (url, noProxy, direct) => {
    const proxy = through(url, { ALL_PROXY: "http://p:1", NO_PROXY: noProxy });
    expect(proxy).toBe(direct ? undefined : "http://p:1/");
  });

  test.each(["socks5://u:hunter2@p:1", "http://", "http://u:hunter2@[", "http://u:hunter2@p:99999"])(
    "a proxy that is none is an error without its value: %s",
    (value) => {
      const attempt = () => through(lambda, { HTTPS_PROXY: value });
      expect(attempt).toThrow(RemoteError);
      expect(attempt).toThrow(/HTTPS_PROXY is not the URL/);
      expect(attempt).not.toThrow(/hunter2/);
    },
  );

  test("any environment gives a proxy, none, or that error", () => {
    const url = fc.webUrl({ validSchemes: ["http", "https"] });
    fc.assert(
      fc.property(url, fc.string(), fc.string(), (target, proxy, noProxy) => {
        try {
          const found = proxyFor(new URL(target), { ALL_PROXY: proxy, NO_PROXY: noProxy });
          expect(found === undefined || found.hostname !== "").toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(RemoteError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { freePort } from "./loopback.js";
import { waitUntil } from "./wait-until.js";

/** An AWS that nobody here wrote, on loopback and empty. Ask `hasTool("moto_server")` first. */
export async function startMoto(): Promise<{ endpoint: string; close: () => Promise<void> }> {
  const { endpoint, server } = await whileFree();
  return {
    endpoint,
    close: async () => {
      const gone = once(server, "exit");
      server.kill();
      await gone;
    },
  };
}

/** A port that was free may be somebody else's by the time that moto has started; then it ends, and another one is tried. */
async function whileFree(): Promise<{ endpoint: string; server: ChildProcess }> {
  for (;;) {
    const port = await freePort();
    const endpoint = `http://127.0.0.1:${port}`;
    const server = spawn("moto_server", ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
    const hasEnded = () => server.exitCode !== null || server.signalCode !== null;
    const answers = () =>
      fetch(`${endpoint}/moto-api/`).then(
        ({ ok }) => ok,
        () => false,
      );
    await waitUntil(async () => hasEnded() || (await answers()));
    if (!hasEnded()) return { endpoint, server };
  }
}

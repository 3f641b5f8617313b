import { spawn } from "node:child_process";
import { once } from "node:events";
import { freePort } from "./loopback.js";
import { waitUntil } from "./wait-until.js";

/** An AWS that nobody here wrote, on loopback and empty. Ask `hasTool("moto_server")` first. */
export async function startMoto(): Promise<{ endpoint: string; close: () => Promise<void> }> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const server = spawn("moto_server", ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
  await waitUntil(() =>
    fetch(`${endpoint}/moto-api/`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  return {
    endpoint,
    close: async () => {
      const gone = once(server, "exit");
      server.kill();
      await gone;
    },
  };
}

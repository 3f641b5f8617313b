import { expect, test } from "vitest";
import { clientSettings } from "../../src/remote/clients.js";
import { openRemote } from "../../src/remote/open.js";
import { listen, service } from "../support/loopback.js";
import { credentials } from "./support.js";

const missing = {
  status: 404,
  headers: { "content-type": "application/json", "x-amzn-errortype": "ResourceNotFoundException" },
  body: '{"Type":"User","Message":"Function not found"}',
};

test("an error names the function that was asked, and where the configuration names that one", async () => {
  const { port, close } = await listen(service(() => missing));
  const access = { endpoint: `http://127.0.0.1:${port}`, region: "eu-west-1", credentials };
  const remote = openRemote({ functionName: "migrating", ...access }, () => clientSettings(access, {}));
  try {
    const options = { attempts: "once", timeoutMs: 5_000 } as const;
    const asked = remote.farSide.invoke({}, { ...options, functionName: "querying" });
    const error = await asked.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "function_not_found",
      message: expect.stringContaining("no function querying"),
      hint: expect.stringContaining("`queryFunction`"),
    });
    expect(error).not.toMatchObject({ message: expect.stringContaining("migrating") });
    await expect(remote.farSide.invoke({}, options)).rejects.toMatchObject({
      message: expect.stringContaining("no function migrating"),
      hint: expect.stringContaining("`function`"),
    });
  } finally {
    await remote.close();
    await close();
  }
});

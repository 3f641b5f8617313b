import type { Answer } from "../../../src/contract/answer.js";
import { failureMessage } from "./messages.js";
import type { Random } from "./random.js";

/** Wraps as frameworks do; what is inside stays as true as it was. */
export function wrapped(random: Random, value: unknown): string {
  let result = value;
  for (let layers = random.pick([0, 0, 0, 1, 1, 1, 2, 3]); layers > 0; layers--)
    result = layer(random, result);
  return random.chance(0.1) ? `\n${JSON.stringify(result, null, 2)} ` : JSON.stringify(result);
}

function layer(random: Random, value: unknown): unknown {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const statusCode = random.pick([200, 200, 200, "200", 201, 204]);
  const headers = random.chance(0.5) ? { headers: { "content-type": "application/json" } } : {};
  switch (random.int(6)) {
    case 0:
      return { statusCode, ...headers, body: text };
    case 1:
      return { statusCode, ...headers, body: value };
    case 2:
      return { statusCode, isBase64Encoded: true, body: Buffer.from(text).toString("base64") };
    case 3:
      return { ...headers, body: text };
    case 4:
      // json.dumps of json.dumps; a bare text would come out as another JSON.
      return typeof value === "string" ? value : JSON.stringify(value);
    default:
      return { statusCode, multiValueHeaders: {}, cookies: [], isBase64Encoded: false, body: text };
  }
}

/** Says failure around whatever is inside. */
export function failingWrapping(random: Random, value: unknown): Answer {
  const text = JSON.stringify(value ?? null);
  const statusCode = random.pick([400, 401, 403, 404, 409, 422, 429, 500, 502, 503, 504, "500"]);
  switch (random.int(4)) {
    case 0:
      return { payload: JSON.stringify({ statusCode, body: text }) };
    case 1:
      return {
        payload: JSON.stringify({ statusCode: 200, body: JSON.stringify({ statusCode, body: text }) }),
      };
    case 2:
      return { payload: JSON.stringify({ statusCode: 200, body: text, error: failureMessage(random) }) };
    default: {
      const errorMessage = random.pick([
        failureMessage(random),
        "2026-11-20T10:45:12.000Z 8e4 Task timed out after 300.00 seconds",
        "RequestId: 8e4 Error: Runtime exited with error: signal: killed",
      ]);
      const inside = random.chance(0.2)
        ? text
        : JSON.stringify({ errorType: "Error", errorMessage, trace: ["at x"] });
      return { payload: inside, functionError: random.pick(["Unhandled", "Handled"]) };
    }
  }
}

/** What no function says: not JSON, cut, a page of a proxy, bytes. */
export function broken(random: Random, value: unknown): string {
  const text = JSON.stringify(value ?? { success: true });
  const cut = text.slice(0, 1 + random.int(Math.max(1, text.length - 1)));
  const page = "<html><head><title>502 Bad Gateway</title></head></html>";
  const bytes = `\u0000\u0001${random.noise(40)}\ufffd`;
  switch (random.int(7)) {
    case 0:
      return `{${cut}`;
    case 1:
      return page;
    case 2:
      return bytes;
    case 3:
      return JSON.stringify({ statusCode: 200, body: `{${cut}` });
    case 4:
      return JSON.stringify({ statusCode: 200, body: page });
    case 5:
      return JSON.stringify({ statusCode: random.pick([null, "abc", [], {}, true, 200.5]), body: text });
    default:
      return JSON.stringify({
        statusCode: 200,
        isBase64Encoded: true,
        body: random.pick(["%%%", "gICA", "é"]),
      });
  }
}

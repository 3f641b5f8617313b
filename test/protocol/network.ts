import type { Answer, Request } from "./handler.js";

/** What the one who sent a request learns of it. `lost`: no answer, or an error of the function. */
export type Received = { kind: "answer"; answer: Answer } | { kind: "rejected" } | { kind: "lost" };

/** A request under way. Lambda may be given it again, at once or hours later; its answers may come late or never. */
export interface Call {
  request: Request;
  /** An asynchronous invocation: it is accepted, and answered to nobody. */
  event: boolean;
  deliveries: number;
  rejected: boolean;
  answers: Received[];
  received?: Received;
}

export function send(calls: Call[], request: Request, event = false): Call {
  const call: Call = { request, event, deliveries: 0, rejected: false, answers: [] };
  if (event) call.received = { kind: "lost" };
  calls.push(call);
  return call;
}

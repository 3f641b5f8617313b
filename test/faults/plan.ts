/** The calls that a command makes, as the proxy tells them apart. `run 2`: its second part. */
export type Call =
  | "configuration"
  | "identity"
  | "status"
  | "dry-run"
  | `run ${number}`
  | "run-result"
  | "fence-run"
  | "list-runs"
  | "logs"
  | "other";

/** What a network, a load balancer or Lambda's own front can do to one call. */
export const faults = [
  /** RST as soon as the request is there. */
  "reset",
  /** The request is read, and the connection closed. */
  "drop-before",
  /** Dropped, and delivered nevertheless when nobody expects it any more. */
  "deliver-late",
  /** Delivered, and the answer thrown away. */
  "drop-after",
  /** Half of the answer, then RST. */
  "drop-mid-answer",
  /** Delivered, and never answered. */
  "hang",
  "500-before",
  "502-before",
  "503-before",
  "500-after",
  "502-after",
  "503-after",
  "429",
  "slow",
  /** Delivered twice at the same time; the first answer counts. */
  "duplicate-at-once",
  /** Delivered again after the first answer; the second answer counts. */
  "duplicate-after",
  /** Half of the answer, framed as if it were whole. */
  "truncated",
  "garbage",
  /** Answered; then nothing listens for a moment, so that the next connection is refused. */
  "answer-then-refuse",
] as const;

export type Fault = (typeof faults)[number];

/** The `nth` time that a call is made (from 1) it meets this fault; all other times it goes through. */
export interface PlannedFault {
  call: Call;
  nth: number;
  fault: Fault;
}

export interface RequestFacts {
  method: string;
  path: string;
  /** The header `x-amz-target`. */
  target: string;
  body: string;
}

export function callOf({ method, path, target, body }: RequestFacts): Call {
  if (target.endsWith(".FilterLogEvents")) return "logs";
  if (method === "GET" && path.endsWith("/configuration")) return "configuration";
  if (body.includes("Action=GetCallerIdentity")) return "identity";
  if (!path.endsWith("/invocations")) return "other";
  const event = parsed(body);
  switch (event.admin_operation) {
    case "migration_status":
      return "status";
    case "run_result":
      return "run-result";
    case "fence_run":
      return "fence-run";
    case "list_runs":
      return "list-runs";
    case "run_migrations":
      return event.parameters?.dry_run === true ? "dry-run" : `run ${event.part ?? 1}`;
    default:
      return "other";
  }
}

interface Event {
  admin_operation?: string;
  part?: number;
  parameters?: { dry_run?: boolean };
}

function parsed(body: string): Event {
  try {
    return JSON.parse(body) ?? {};
  } catch {
    return {};
  }
}

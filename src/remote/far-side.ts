import type { Answer } from "../contract/answer.js";

/** One Lambda function, reachable. Functions only: clients are made on first use, so that a command loads what it asks for. */
export interface FarSide {
  /** As the SDK takes it: a name or ARN, with qualifier where there is one. */
  functionName: string;
  configuration(): Promise<FunctionConfiguration>;
  /** `payload`: JSON; undefined sends none at all. */
  invoke(payload: unknown, options: InvokeOptions): Promise<Invocation>;
  /** Sent once: whoever reads logs paces its calls itself. */
  logEvents(query: LogQuery): Promise<LogPage>;
  /** Loads what reads logs before it is needed. */
  loadLogs(): Promise<void>;
  /** The AWS account of the credentials in use, from STS. */
  account(): Promise<string>;
}

export interface InvokeOptions {
  /** A write is sent once: the SDK as it ships would execute it three times. */
  attempts: "once" | "retry";
  /** `event`: Lambda takes it and answers at once, without the function's answer; it may deliver it more than once. */
  type?: "answer" | "event";
  /** Milliseconds until the answer counts as lost. */
  timeoutMs: number;
  signal?: AbortSignal;
  /** Another function than the one that this far side is: a name, name:alias or ARN. */
  functionName?: string;
}

export interface Invocation {
  answer: Answer;
  requestId: string | undefined;
  /** The last 4 KB of the invocation's log. */
  logTail: string | undefined;
}

export interface FunctionConfiguration {
  /** Seconds. */
  timeoutSeconds: number;
  /** `Active`, `Pending`, `Inactive` or `Failed`. */
  state: string;
  stateReason?: string;
  updateInProgress: boolean;
  logGroup: string;
  codeSha256?: string;
  /** Names and values of environment variables; values are never shown. */
  environment: Readonly<Record<string, string>>;
}

export interface LogQuery {
  group: string;
  /** Milliseconds since the epoch, inclusive. */
  startTime: number;
  endTime?: number;
  /** CloudWatch's filter pattern. */
  filterPattern?: string;
  streams?: string[];
  nextToken?: string;
  signal?: AbortSignal;
}

export interface LogPage {
  /** Made from the answer's bytes when first asked for. */
  readonly events: LogEvent[];
  /** The same a few at a time, and once, for those who are done with some before the next. Throws where the answer is unreadable after all. */
  batches?: () => Iterable<LogEvent[]>;
  /** Bytes of the answer, where they are known. */
  size?: number;
  nextToken?: string;
  /** The service's clock when it answered, milliseconds since the epoch; absent where the answer does not say. */
  answeredAt?: number;
}

export interface LogEvent {
  id: string;
  stream: string;
  /** Milliseconds since the epoch, as the function wrote it. */
  timestamp: number;
  ingestionTime: number;
  message: string;
}

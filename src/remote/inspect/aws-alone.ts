import { RemoteError } from "../remote-error.js";

/** Where AWS itself answers, in every partition. */
const ownHosts =
  /(^|\.)(amazonaws\.com|amazonaws\.com\.cn|api\.aws|amazonaws\.eu|c2s\.ic\.gov|sc2s\.sgov\.gov|csp\.hci\.ic\.gov|cloud\.adc-e\.uk)$/;

type Next<Input, Output> = (args: Input) => Promise<Output>;

/** A middleware that sends a request to AWS's own hosts and to no other, whatever setting of whichever file names it. */
export function awsAlone<Input extends object, Output>(next: Next<Input, Output>): Next<Input, Output> {
  return async (args) => {
    const { hostname } = ("request" in args ? args.request : {}) as { hostname?: unknown };
    if (typeof hostname === "string" && isOwnHost(hostname)) return next(args);
    const host = typeof hostname === "string" ? hostname : "What would answer";
    throw new RemoteError({
      code: "other",
      message: `${host} is not AWS's own, and may execute even a dry run, so nothing was sent.`,
      hint: "Nothing is wrong by that: only AWS says it beforehand. Here the first command that invokes it shows it.",
    });
  };
}

export function isOwnHost(hostname: string): boolean {
  return ownHosts.test(hostname.toLowerCase());
}

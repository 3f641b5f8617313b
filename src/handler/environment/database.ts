import { type Refusal, refusal } from "../refusal.js";
import { type Credentials, decodeCredentials, type Environment, isSet } from "./credentials.js";
import { linkedSecret } from "./linked.js";
import { readParameter, readSecret } from "./stored.js";

/**
 * The database that the function's environment names, asked for at each invocation, so that a rotated password is met at once. What
 * `createHandler` uses where it is given no `database`.
 *
 * The first of these that is set and not blank, and no other one, even where it cannot be read:
 *
 * 1. `DbConnStr`, 2. `DATABASE_URL`: the URL itself;
 * 3. the SST secret `DbConnStr`, `DATABASE_URL` or `DatabaseUrl` that is linked to the function;
 * 4. `DATABASE_SECRET_ARN` or `DATABASE_SECRET_ID`: a secret of Secrets Manager;
 * 5. `DATABASE_URL_PARAMETER`: a parameter of SSM.
 *
 * Each holds a URL, or JSON with the URL as `url`, `DATABASE_URL`, `DbConnStr` or `connection_string`, or with `username`, `password`,
 * `host`, `port` and `dbname`, as RDS keeps them; what JSON leaves out comes from `PGHOST`, `PGPORT`, `PGUSER` and `PGDATABASE`.
 */
export function fromEnvironment(environment: Environment = process.env): () => Promise<string> {
  return async () => decodeCredentials(await readFirst(environment), environment);
}

async function readFirst(environment: Environment): Promise<Credentials> {
  for (const source of ["DbConnStr", "DATABASE_URL"]) {
    const text = environment[source];
    if (isSet(text)) return { text, source };
  }
  const linked = linkedSecret(environment);
  if (linked !== undefined) return linked;
  for (const source of ["DATABASE_SECRET_ARN", "DATABASE_SECRET_ID"]) {
    const id = environment[source];
    if (isSet(id)) return { text: await readSecret(id.trim(), source), source };
  }
  const parameter = environment.DATABASE_URL_PARAMETER;
  if (!isSet(parameter)) throw nothingSet();
  const source = "DATABASE_URL_PARAMETER";
  return { text: await readParameter(parameter.trim(), source), source };
}

function nothingSet(): Refusal {
  return refusal(
    "configuration_error",
    "The function's environment does not say which database to connect to. Nothing was done.",
    {
      hint: "Set one of DbConnStr, DATABASE_URL, DATABASE_SECRET_ARN, DATABASE_URL_PARAMETER on the function, or link the SST secret DbConnStr to it.",
    },
  );
}

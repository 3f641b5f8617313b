// The far side: deployed as a Lambda in the VPC, or run by `migrate-remote` itself for a local stage.
import { createHandler, sql } from "migrate-remote/handler";

export const handler = createHandler({
  engine: sql({ directory: new URL("./migrations/", import.meta.url) }),
});

import { isSwitchedOn } from "../../contract/switch.js";
import type { Check } from "../results/doctor.js";
import type { StageContext } from "../stage-context.js";
import { askStatus, reasonNotToAsk } from "./asked.js";
import { databaseChecks } from "./database.js";
import type { Surroundings } from "./examine-aws.js";
import { handlerChecks } from "./handler.js";

/** Asks a local stage's handler, which loads it and reaches its database. */
export async function examineLocal(stage: StageContext, { version }: Surroundings): Promise<Check[]> {
  const { target, codec } = stage;
  const autoMigrate = isSwitchedOn(target.local?.environment.AUTO_MIGRATE);
  const asked = reasonNotToAsk(stage, autoMigrate) ?? (await askStatus(stage));
  return [...databaseChecks(target, asked), ...handlerChecks({ target, codec, version }, asked)];
}

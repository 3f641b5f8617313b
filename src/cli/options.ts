import * as z from "zod";

const text = z.string().min(1, { error: "must not be empty" }).optional();
const off = z.boolean().default(false);

/** The options that every command takes. */
export const globalOptions = z.object({
  stage: text,
  config: text,
  profile: text,
  region: text,
  json: off,
  quiet: off,
  verbose: off,
  color: z.boolean().default(true),
});

export type GlobalOptions = z.output<typeof globalOptions>;

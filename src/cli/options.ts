import * as z from "zod";

const text = z.string().min(1, { error: "must not be empty" }).optional();

/** The options that every command takes. */
export const globalOptions = z.object({
  stage: text,
  config: text,
  profile: text,
  region: text,
  json: z.boolean().default(false),
  quiet: z.boolean().default(false),
  verbose: z.boolean().default(false),
  color: z.boolean().default(true),
});

export type GlobalOptions = z.output<typeof globalOptions>;

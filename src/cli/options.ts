import * as z from "zod";

/** The options that every command takes. */
export const globalOptions = z.object({
  stage: z.string().min(1).optional(),
  config: z.string().min(1).optional(),
  profile: z.string().min(1).optional(),
  region: z.string().min(1).optional(),
  json: z.boolean().default(false),
  quiet: z.boolean().default(false),
  verbose: z.boolean().default(false),
  color: z.boolean().default(true),
});

export type GlobalOptions = z.output<typeof globalOptions>;

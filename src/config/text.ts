import * as z from "zod";

/** A text that says something. */
export const text = (most = 1000) =>
  z
    .string()
    .min(1, { error: "must not be empty" })
    .max(most, { error: `is longer than ${most} characters` });

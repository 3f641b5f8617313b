import * as z from "zod";
import { ifThere, type Keys } from "../contract/if-there.js";

const path = () =>
  z.string().min(1, { error: "must not be empty" }).max(1000, { error: "is longer than 1000 characters" });

const inZip = () =>
  z
    .string()
    .max(1000)
    .refine(
      (place) => place.split("/").every((name) => !["", ".", ".."].includes(name)) && !/[\\:\0]/.test(place),
      {
        error: 'must be a path inside the zip, such as "prisma/migrations"',
      },
    );

/** What `deploy` packs and how it is built. Paths are relative to the file, and so is the folder in which `build` runs. */
export const packaging = (keys: Keys) =>
  z
    .strictObject({
      directory: path().describe("The folder whose files become the zip's root, such as lambda/migrate."),
      ...ifThere(keys, {
        include: () =>
          z
            .record(inZip(), path())
            .describe(
              'More than that folder: where in the zip, and the file or folder that stands there, such as {"migrations": "db/migrations"}.',
            ),
        exclude: () =>
          z
            .array(path().describe("A pattern."))
            .describe(
              "What stays out, as patterns of paths in the zip: `*.md` by name wherever it is, `tests/**` from the root. Secrets (.env, private keys, .npmrc) and what is no code (.git, caches) stay out anyway.",
            ),
        build: () =>
          path().describe(
            "A command for the shell of whoever deploys, run before packing in this file's folder, such as npm ci --omit=dev.",
          ),
      }),
    })
    .describe("What `deploy` packs as the function's code.");

/** `package` of the configuration. */
export type PackageConfig = z.output<ReturnType<typeof packaging>>;

import * as z from "zod";
import { functionDefinitionSchema } from "../functions.js";

/** What a command says to the keeper, a line of JSON each. Its first line is `join`; its end of the connection is a leave too. */
export const requestSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("join"),
    token: z.string(),
    functions: z.array(functionDefinitionSchema),
    /** PostgreSQL is to run, for whoever wants a database that no function has. */
    postgres: z.boolean().default(false),
    /** Whoever stays for others wants to know of them. */
    watch: z.boolean().optional(),
  }),
  z.object({ type: z.literal("leave") }),
]);
export type Request = z.infer<typeof requestSchema>;

export const replySchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("progress"), message: z.string() }),
  z.object({
    type: z.literal("joined"),
    endpoint: z.string(),
    databaseUrls: z.record(z.string(), z.string()),
    /** Of the embedded server, where it was asked for. */
    postgresUrl: z.string().optional(),
  }),
  /** To who watches: how many other commands are there now. */
  z.object({ type: z.literal("others"), count: z.int().nonnegative() }),
  z.object({ type: z.literal("failed"), code: z.string(), message: z.string(), hint: z.string() }),
  /** Too late: it is shutting down, and a new keeper has to be started once it is gone. */
  z.object({ type: z.literal("stopping") }),
  /** The command has left. `last`: nobody else is there, and the keeper ends when this connection does. */
  z.object({ type: z.literal("left"), last: z.boolean() }),
]);
export type Reply = z.infer<typeof replySchema>;

/** One message a line; whoever sends something else is cut off by the caller. */
export function parseMessage<T extends z.ZodType>(schema: T, line: string): z.output<T> | undefined {
  try {
    return schema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

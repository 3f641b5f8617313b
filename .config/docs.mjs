// Writes the reference of the commands. A test compares it with what this would write.
import { writeFile } from "node:fs/promises";
import "./typescript.mjs";

const { commandsReference } = await import("./commands.ts");
await writeFile("docs/commands.md", commandsReference());

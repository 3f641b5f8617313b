// Writes what is made from the sources: the reference of the commands, the notices. Tests compare them with what this would write.
import { writeFile } from "node:fs/promises";
import "./typescript.mjs";

const { commandsReference } = await import("./commands.ts");
await writeFile("docs/commands.md", commandsReference());
const { thirdPartyNotices } = await import("./notices.ts");
await writeFile("docs/THIRD-PARTY-NOTICES.md", await thirdPartyNotices());
const { writePictures } = await import("./pictures.ts");
await writePictures();

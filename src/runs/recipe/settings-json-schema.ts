/** `.github/orion.yml` as a JSON schema for editors. It is made from what Orion reads by, never written by hand. */
import { z } from "zod";
import { settingsSchema } from "./settings.ts";

/** @returns the text of docs/orion.schema.json; the file is checked against it */
export function settingsJsonSchema(): string {
  const schema = z.toJSONSchema(settingsSchema, { io: "input", target: "draft-7" });
  return `${JSON.stringify({ title: "Orion's settings of a repository", ...schema }, null, 2)}\n`;
}

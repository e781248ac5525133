/** Writes docs/orion.schema.json, what editors check `.github/orion.yml` by; `--check` compares. */
import { readFileSync, writeFileSync } from "node:fs";
import { settingsJsonSchema } from "../src/runs/recipe/settings-json-schema.ts";

const path = new URL("../docs/orion.schema.json", import.meta.url);
if (process.argv.includes("--check")) {
  if (readFileSync(path, "utf8") !== settingsJsonSchema()) {
    console.error("docs/orion.schema.json differs from the settings; run `node scripts/settings-schema.ts`");
    process.exitCode = 1;
  }
} else {
  writeFileSync(path, settingsJsonSchema());
}

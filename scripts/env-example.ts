/** Writes `.env.example` from the configuration, or checks that it still agrees: `--check`. */
import { readFileSync, writeFileSync } from "node:fs";
import { envExample } from "../src/config.ts";

const path = new URL("../.env.example", import.meta.url);
if (process.argv.includes("--check")) {
  if (readFileSync(path, "utf8") !== envExample()) {
    console.error(".env.example differs from src/config.ts; run `node scripts/env-example.ts`");
    process.exitCode = 1;
  }
} else {
  writeFileSync(path, envExample());
}

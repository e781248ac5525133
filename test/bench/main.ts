/**
 * `npm run bench -- <name> [--json]`: runs one bench and prints its figures.
 * Without a name it lists what there is.
 */
import { parseArgs } from "node:util";
import { type Bench, tableOf } from "./bench.ts";
import { intakeBench } from "./intake/intake-bench.ts";
import { loopBench } from "./loop/loop-bench.ts";
import { migrationsBench } from "./migrations/migrations-bench.ts";
import { sandboxBench } from "./sandbox/sandbox-bench.ts";

const BENCHES: readonly Bench[] = [loopBench, intakeBench, sandboxBench, migrationsBench];

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: "boolean" } } });
const bench = BENCHES.find(({ name }) => name === positionals[0]);
if (bench === undefined) {
  const listed = BENCHES.map(({ name, about }) => `  ${name}  ${about}`).join("\n");
  process.stderr.write(`npm run bench -- <name> [--json], one of:\n${listed}\n`);
  process.exitCode = positionals[0] === undefined ? 0 : 1;
} else {
  const figures = await bench.run();
  const text = values.json === true ? JSON.stringify({ name: bench.name, figures }) : tableOf(bench, figures);
  process.stdout.write(`${text}\n`);
}

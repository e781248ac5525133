/**
 * `npm run tool -- <name> '<json>'`: calls one of Orion's tools from the
 * terminal, for trying a branch before it is merged. Settings come from the
 * environment. Without a name it lists what there is.
 *
 * Exit codes: 0 done; 1 the tool failed or is idle; 2 the call's words are off.
 */
import { resolve } from "node:path";
import { z } from "zod";
import { describeError } from "../src/domain/errors.ts";
import { type LoadedTool, loadTools } from "../src/tools/load-tools.ts";

const USAGE = "usage: npm run tool -- <name> '<input as JSON>'";
const CALL_MS = 30_000;

async function main([name, text = "{}"]: readonly string[]): Promise<number> {
  const tools = await loadTools(resolve(import.meta.dirname, "../src/tools"), process.env);
  if (name === undefined) {
    console.log([USAGE, "", ...tools.map(line)].join("\n"));
    return 0;
  }
  const found = tools.find(({ tool, file }) => [tool.name, file, file.replace(/\.ts$/, "")].includes(name));
  if (found === undefined)
    return off(`there is no tool ${name}; there are ${tools.map(({ tool }) => tool.name).join(", ")}`);
  const { tool, settings, missing } = found;
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return off(`${text} is not JSON`);
  }
  const input = tool.input.safeParse(given);
  if (!input.success) return off(`${tool.name} takes other input:\n${z.prettifyError(input.error)}`);
  if (missing.length > 0) {
    console.error(`${tool.name} is idle: set ${missing.join(", ")} in the environment`);
    return 1;
  }
  console.log(await tool.execute(input.data, { settings, fetch, signal: AbortSignal.timeout(CALL_MS) }));
  return 0;
}

function line({ tool, file, missing }: LoadedTool): string {
  const state = missing.length === 0 ? "" : `   (idle: set ${missing.join(", ")})`;
  return `  ${file.replace(/\.ts$/, "").padEnd(20)} ${tool.description}${state}`;
}

function off(why: string): number {
  console.error(`${why}\n${USAGE}`);
  return 2;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(describeError(error));
  process.exitCode = 1;
}

/**
 * `read`: a file of the workspace, or an output that was cut, by numbered
 * lines. It changes nothing.
 */
import { z } from "zod";
import { storable } from "../storable.ts";
import { type Action, type ActionContext, defineAction } from "./action.ts";
import { workspacePath } from "./workspace-path.ts";

const MAX_CHARS = 20_000;
const MAX_LINE_CHARS = 2_000;

const input = z.object({
  path: z.string().min(1).describe("a file, or output:N"),
  start: z.number().int().positive().optional().describe("first line"),
  end: z.number().int().positive().optional().describe("last line"),
});

export function readAction(): Action {
  return defineAction({
    name: "read",
    description: "Show a file with line numbers.",
    input,
    changes: false,
    summary: ({ path, start, end }) =>
      start === undefined && end === undefined ? path : `${path} ${start ?? 1}-${end ?? ""}`,
    async run({ path, start, end }, context) {
      const found = path.startsWith("output:") ? findOutput(path, context) : await findFile(path, context);
      if ("error" in found) return `error: ${found.error}`;
      return found.heading + numbered(found.text, start ?? 1, end ?? Number.POSITIVE_INFINITY);
    },
  });
}

type Found = { readonly text: string; readonly heading: string } | { readonly error: string };

function findOutput(reference: string, context: ActionContext): Found {
  const kept = context.outputs.find(reference);
  if (kept === null) return { error: `nothing is kept as ${reference}; run the command again` };
  if (kept.whole) return { text: kept.text, heading: "" };
  return { text: kept.text, heading: `[only this is left of ${reference}; run the command again for the whole]\n` };
}

async function findFile(path: string, context: ActionContext): Promise<Found> {
  const sandbox = await context.sandbox();
  const inside = workspacePath(path, sandbox.workdir);
  if (inside === null) return { error: `${path} is outside the workspace; use bash to look there` };
  const bytes = await sandbox.readFile(inside);
  if (bytes === null) return { error: `no file ${path}; find it with bash, e.g. git ls-files or ls` };
  if (bytes.includes(0)) return { error: `${path} is binary, ${bytes.length} bytes; look at it with bash` };
  return { text: storable(new TextDecoder().decode(bytes)), heading: "" };
}

function numbered(text: string, start: number, end: number): string {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  if (lines.length === 0) return "[empty]";
  if (start > lines.length) return `error: there are only ${lines.length} lines; read from a smaller start`;
  const last = Math.min(end, lines.length);
  const shown: string[] = [];
  let size = 0;
  for (let number = start; number <= last; number += 1) {
    const line = `${number}\t${shorten(lines[number - 1] ?? "")}`;
    size += line.length + 1;
    if (size > MAX_CHARS) return `${shown.join("\n")}\n[${lines.length} lines in all; go on with start ${number}]`;
    shown.push(line);
  }
  return shown.join("\n");
}

function shorten(line: string): string {
  if (line.length <= MAX_LINE_CHARS) return line;
  return `${line.slice(0, MAX_LINE_CHARS).toWellFormed()} [… ${line.length - MAX_LINE_CHARS} more characters]`;
}

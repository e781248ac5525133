/**
 * `edit`: changes one file by exact replacement, or makes a new one. Which
 * files may change is judged by the host at the end, not here.
 */
import { z } from "zod";
import type { Sandbox } from "../../domain/ports/sandbox-port.ts";
import { type Action, type ActionContext, defineAction } from "./action.ts";
import { alreadyApplied, applyEdits, type Change, type Edit } from "./apply-edits.ts";
import { workspacePath } from "./workspace-path.ts";

const MAX_DIFF_LINES = 24;
const MAX_DIFF_CHARS = 2_000;

const input = z.object({
  path: z.string().min(1),
  edits: z
    .array(
      z.object({
        old: z.string().describe("exact text that stands there once; empty for a new file"),
        new: z.string(),
      }),
    )
    .min(1),
});
type Input = z.output<typeof input>;

export function editAction(): Action {
  return defineAction({
    name: "edit",
    description: "Replace exact text in a file, all edits or none.",
    input,
    changes: true,
    tidy,
    summary: ({ path, edits }) => (edits.length === 1 ? path : `${path}, ${edits.length} edits`),
    run: edit,
  });
}

async function edit({ path, edits }: Input, context: ActionContext): Promise<string> {
  const sandbox = await context.sandbox();
  const inside = workspacePath(path, sandbox.workdir);
  if (inside === null) return `error: ${path} is outside the workspace; name a file in it`;
  const bytes = await sandbox.readFile(inside);
  const only = edits.length === 1 ? edits[0] : undefined;
  if (only?.old === "" && (bytes === null || bytes.length === 0)) return create(sandbox, inside, only.new);
  if (bytes === null) return `error: no file ${path}; to make it, send one edit with an empty old`;
  const text = decode(bytes);
  if (text === null) return `error: ${path} is not UTF-8 text; change it with bash`;
  if (only?.old === "" && text === only.new) return `already applied: ${path} has this content`;
  if (only?.old === "") return `error: ${path} exists and is not empty; quote what to replace in old`;
  return replace(sandbox, inside, text, edits, context.again);
}

async function create(sandbox: Sandbox, path: string, content: string): Promise<string> {
  await sandbox.writeFile(path, new TextEncoder().encode(content));
  return `new file ${path}, ${content === "" ? 0 : content.replace(/\n$/, "").split("\n").length} lines`;
}

async function replace(sandbox: Sandbox, path: string, text: string, edits: readonly Edit[], again: boolean) {
  if (again && alreadyApplied(text, edits)) return `already applied: ${path}`;
  const result = applyEdits(text, edits);
  if (result.kind === "refused") return `error: ${path}: ${result.because}`;
  await sandbox.writeFile(path, new TextEncoder().encode(result.text));
  return `edited ${path}\n${shortDiff(result.changes)}`;
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/** Only what differs of each change, cut where it is long. */
function shortDiff(changes: readonly Change[]): string {
  const lines = changes.flatMap(diffOf);
  const few =
    lines.length <= MAX_DIFF_LINES
      ? lines
      : [...lines.slice(0, MAX_DIFF_LINES), `[… ${lines.length - MAX_DIFF_LINES} more lines]`];
  const text = few.join("\n");
  return text.length <= MAX_DIFF_CHARS ? text : `${text.slice(0, MAX_DIFF_CHARS).toWellFormed()} […]`;
}

function diffOf({ line, removed, added }: Change): string[] {
  const before = removed.split(/\r?\n/);
  const after = added === "" ? [] : added.split(/\r?\n/);
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < before.length - head && tail < after.length - head && before.at(-1 - tail) === after.at(-1 - tail))
    tail += 1;
  return [
    `@@ line ${line + head} @@`,
    ...before.slice(head, before.length - tail).map((text) => `-${text}`),
    ...after.slice(head, after.length - tail).map((text) => `+${text}`),
  ];
}

/** What models send in place of `edits`. */
interface Spellings {
  readonly path?: unknown;
  readonly edits?: unknown;
  readonly old?: unknown;
  readonly new?: unknown;
}

/** `{path, old, new}`, and edits written as one object or as JSON text, mean what they look like. */
function tidy(raw: unknown): unknown {
  if (typeof raw !== "object" || raw === null) return raw;
  const sent: Spellings = raw;
  if (sent.edits === undefined && (sent.old !== undefined || sent.new !== undefined)) {
    return { path: sent.path, edits: [{ old: sent.old ?? "", new: sent.new }] };
  }
  const edits = typeof sent.edits === "string" ? parseJson(sent.edits) : sent.edits;
  return { path: sent.path, edits: typeof edits === "object" && !Array.isArray(edits) ? [edits] : edits };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

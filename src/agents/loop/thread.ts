/**
 * The conversation as the model is sent it: append-only, built from the brief
 * and the stored turns and from nothing else, so that a resumed run sends the
 * same bytes. When it grows past its room, old outputs are masked in a batch.
 */
import type { ThreadItem } from "../../domain/ports/model-port.ts";
import type { TurnRecord } from "../../domain/ports/store-port.ts";
import { outputReference } from "../actions/outputs.ts";

/** Outputs shorter than this are not worth masking. */
const LEAST_MASKED_CHARS = 300;
/** After masking the thread fills this part of its room, so that the prefix then lasts for long. */
const MASK_DOWN_TO = 0.5;
/** The newest part of the room is never masked. */
const KEEP_NEWEST = 0.2;

export interface Thread {
  /** Appends a turn whose actions have run. */
  add(turn: TurnRecord): void;
  items(): readonly ThreadItem[];
}

export function createThread(brief: string, roomChars: number): Thread {
  const items: ThreadItem[] = [{ kind: "user", text: brief }];
  let chars = brief.length;
  const references = new WeakMap<ThreadItem, string>();
  return {
    add(turn) {
      let call = 0;
      for (const item of itemsOf(turn)) {
        items.push(item);
        chars += sizeOf(item);
        if (item.kind !== "result") continue;
        references.set(item, outputReference(turn.ordinal, call));
        call += 1;
      }
      if (chars > roomChars) chars -= maskOldest(items, chars, roomChars, references);
    },
    items: () => items.slice(),
  };
}

function itemsOf(turn: TurnRecord): ThreadItem[] {
  const calls = turn.calls.map(({ id, name, arguments: text }) => ({ id, name, arguments: text }));
  const assistant = { kind: "assistant", text: turn.text, calls } as const;
  return [
    turn.raw === null || turn.raw === undefined ? assistant : { ...assistant, raw: turn.raw },
    ...turn.calls.map(({ id }, index) => ({
      kind: "result" as const,
      callId: id,
      output: turn.results?.[index] ?? "",
    })),
    ...turn.notes.map((text) => ({ kind: "user" as const, text })),
  ];
}

function sizeOf(item: ThreadItem): number {
  if (item.kind === "user") return item.text.length;
  if (item.kind === "result") return item.output.length;
  return item.calls.reduce((sum, call) => sum + call.name.length + call.arguments.length, item.text.length);
}

/** @returns how many characters were saved; 0 when a batch would not be worth a broken prefix */
function maskOldest(
  items: ThreadItem[],
  chars: number,
  roomChars: number,
  references: WeakMap<ThreadItem, string>,
): number {
  const wanted = chars - roomChars * MASK_DOWN_TO;
  const masks = new Map<number, ThreadItem>();
  let saved = 0;
  let behind = chars;
  for (const [index, item] of items.entries()) {
    behind -= sizeOf(item);
    if (saved >= wanted || behind < roomChars * KEEP_NEWEST) break;
    if (item.kind !== "result" || item.output.length < LEAST_MASKED_CHARS) continue;
    const masked = { ...item, output: maskOf(item.output, references.get(item)) };
    masks.set(index, masked);
    saved += item.output.length - masked.output.length;
  }
  if (saved < wanted / 4) return 0;
  for (const [index, masked] of masks) items[index] = masked;
  return saved;
}

function maskOf(output: string, reference: string | undefined): string {
  const first = output.slice(0, 80).split("\n", 1)[0]?.toWellFormed() ?? "";
  return `${first}\n[${output.length} characters removed to save room; read ${reference ?? "the source"} shows them]`;
}

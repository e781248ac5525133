/**
 * A turn as the database keeps it: without secrets. The thread that goes on keeps
 * what the model saw; one that is resumed goes on from what is kept. Pure.
 */
import { cleanTexts } from "../domain/clean-texts.ts";
import type { TurnRecord } from "../domain/ports/store-port.ts";

type Clean = (text: string) => string;

/** Sealed by the provider: nothing of ours is readable in it, and one changed letter makes it worthless. */
const SEALED = "encrypted_content";

export function storedTurn(turn: TurnRecord, clean: Clean): TurnRecord {
  return {
    ...turn,
    text: clean(turn.text),
    calls: turn.calls.map((call) => ({ ...call, arguments: cleanDocument(call.arguments, clean) })),
    raw: cleanRaw(turn.raw, clean),
    results: turn.results?.map(clean) ?? null,
    notes: turn.notes.map(clean),
  };
}

/** Stays the JSON it was: a secret within one text must not take the quotes around it along. */
function cleanDocument(text: string, clean: Clean): string {
  const cleaned = clean(text);
  const value = parsed(text);
  if (value === undefined) return cleaned;
  const whole = JSON.stringify(cleanTexts(value, clean));
  // what holds no secret is kept byte for byte: it is sent to the model again
  return cleaned === text && whole === JSON.stringify(value) ? text : whole;
}

function cleanRaw(value: unknown, clean: Clean): unknown {
  if (typeof value === "string") return cleanDocument(value, clean);
  if (Array.isArray(value)) return value.map((one) => cleanRaw(one, clean));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, key === SEALED ? one : cleanRaw(one, clean)]);
  return Object.fromEntries(entries);
}

function parsed(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a model may write what is no JSON; then it is a text
  }
}

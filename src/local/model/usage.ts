/**
 * Counts tokens the way a script can rely on: four characters are one. What an
 * earlier request of the same cache key began with counts as cached, in blocks.
 */
import type { Asked } from "./asked.ts";
import type { ScriptLine } from "./script-line.ts";

export interface Count {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
}

const CHARS_PER_TOKEN = 4;
const BLOCK = 64;
/** Blocks remembered for one cache key; then it starts anew, as a cache that was emptied. */
const BLOCKS_MAX = 500_000;

/** Remembers what requests began with. A block's hash covers everything before it. */
export function tokenCounter(): (asked: Asked, line: ScriptLine) => Count {
  const seen = new Map<string, Set<number>>();
  return (asked, line) => {
    const prompt = promptOf(asked);
    const key = asked.cacheKey;
    const known = seen.get(key ?? "") ?? new Set();
    if (key !== null) seen.set(key, known.size > BLOCKS_MAX ? new Set() : known);
    const cachedChars = key === null ? 0 : remember(known, prompt);
    return { input: tokens(prompt.length), cached: Math.floor(cachedChars / CHARS_PER_TOKEN), output: outputOf(line) };
  };
}

/** In the order in which a provider reads it: actions, then the thread. */
function promptOf({ toolsText, items }: Asked): string {
  const parts = items.map((item) => (item.kind === "call" ? `${item.name}${item.arguments}` : item.text));
  return [toolsText, ...parts].join("\n");
}

function outputOf({ say, reasoning, calls }: ScriptLine): number {
  const called = calls.reduce((sum, call) => sum + call.name.length + JSON.stringify(call.arguments).length, 0);
  return tokens(say.length + (reasoning?.length ?? 0) + called);
}

function tokens(chars: number): number {
  return Math.ceil(chars / CHARS_PER_TOKEN);
}

/** @returns how many characters at the beginning were known, and makes all of them known */
function remember(known: Set<number>, text: string): number {
  let hash = 0;
  let high = 0x9e3779b9;
  let cached = 0;
  let unbroken = true;
  for (let end = BLOCK; end <= text.length; end += BLOCK) {
    for (let index = end - BLOCK; index < end; index += 1) {
      const code = text.charCodeAt(index);
      hash = Math.imul(hash ^ code, 0x01000193);
      high = Math.imul(high ^ (code + (hash >>> 16)), 0x85ebca6b);
    }
    const block = (high >>> 11) * 0x1_0000_0000 + (hash >>> 0);
    unbroken &&= known.has(block);
    if (unbroken) cached = end;
    known.add(block);
  }
  return cached;
}

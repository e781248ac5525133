/**
 * Adds up the deltas of a chat stream to the message they make, fields nobody
 * here knows included. It decides nothing about the message.
 */
type Draft = Record<string, unknown>;

export interface ChatDraft {
  add(delta: Readonly<Record<string, unknown>>): void;
  message(): Readonly<Record<string, unknown>>;
}

/** @param newId names a call the server gave no id */
export function chatDraft(newId: () => string): ChatDraft {
  const message: Draft = { role: "assistant", content: null };
  const calls: Draft[] = [];
  return {
    add(delta) {
      for (const [key, value] of Object.entries(delta)) {
        if (key === "role" || value === null) continue;
        if (key === "tool_calls" && Array.isArray(value)) for (const part of value) addCall(calls, part as Draft);
        else message[key] = grown(message[key], value);
      }
    },
    message() {
      for (const call of calls) call.id ||= newId();
      return calls.length === 0 ? message : { ...message, tool_calls: calls };
    },
  };
}

function addCall(calls: Draft[], { index, id, function: part, ...extra }: Draft): void {
  const target = callOf(calls, index, id);
  const called = target.function as Draft;
  const { name, arguments: args } = (part ?? {}) as Draft;
  if (typeof name === "string" && called.name === "") called.name = name;
  if (typeof args === "string") called.arguments = `${called.arguments}${args}`;
  for (const [key, value] of Object.entries(extra))
    if (key !== "type" && value !== null) target[key] = grown(target[key], value);
}

/** Servers tell calls apart by index, by a new id, or by both. */
function callOf(calls: Draft[], index: unknown, id: unknown): Draft {
  const known = typeof index === "number" ? calls[index] : calls.at(-1);
  const isNew = known === undefined || (typeof id === "string" && id !== "" && known.id !== "" && known.id !== id);
  if (!isNew) {
    if (known.id === "" && typeof id === "string") known.id = id;
    return known;
  }
  const made: Draft = { id: typeof id === "string" ? id : "", type: "function", function: { name: "", arguments: "" } };
  calls.push(made);
  return made;
}

function grown(before: unknown, value: unknown): unknown {
  if (typeof before === "string" && typeof value === "string") return before + value;
  if (Array.isArray(before) && Array.isArray(value)) return [...before, ...value];
  return value;
}

/**
 * Splits a byte stream into server-sent events. It parses no JSON: most events
 * of a turn are deltas nobody reads, so their data is cut out and dropped.
 */
export interface SseMessage {
  readonly event: string | null;
  readonly data: string;
}

export interface SseSplitter {
  /** @returns the messages this chunk completed */
  push(chunk: Uint8Array): readonly SseMessage[];
  /** @returns the last message when the server left out its blank line */
  end(): readonly SseMessage[];
}

export function sseSplitter(): SseSplitter {
  const decoder = new TextDecoder();
  let rest = "";
  const take = (text: string): readonly SseMessage[] => {
    // A trailing \r may be the first half of \r\n: it waits for the next chunk.
    const whole = text.endsWith("\r") ? text.slice(0, -1) : text;
    const blocks = (whole.includes("\r") ? whole.replace(/\r\n?/g, "\n") : whole).split("\n\n");
    rest = (blocks.pop() ?? "") + text.slice(whole.length);
    return blocks.flatMap((block) => parseBlock(block));
  };
  return {
    push: (chunk) => take(rest + decoder.decode(chunk, { stream: true })),
    end: () => take(`${rest}${decoder.decode()}\n\n`),
  };
}

function parseBlock(block: string): readonly SseMessage[] {
  let event: string | null = null;
  let data: string | null = null;
  for (const line of block.split("\n")) {
    if (line.startsWith("data:")) {
      const value = fieldValue(line, "data:");
      data = data === null ? value : `${data}\n${value}`;
    } else if (line.startsWith("event:")) event = fieldValue(line, "event:");
  }
  return data === null ? [] : [{ event, data }];
}

function fieldValue(line: string, name: string): string {
  return line.slice(line[name.length] === " " ? name.length + 1 : name.length);
}

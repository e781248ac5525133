/**
 * Finds where statements begin. PostgreSQL's parser counts bytes of UTF-8 and
 * lets a statement begin with the space and comments before it; people count
 * lines and characters from the first word.
 */

export interface Position {
  readonly line: number;
  readonly column: number;
  /** The statement's text without what stands before it, cut after 200 characters. */
  readonly text: string;
}

const MAX_TEXT = 200;

/** @returns a function from a statement's byte offset and length to its position */
export function positionsIn(sql: string): (start: number, length: number) => Position {
  const bytes = new TextEncoder().encode(sql);
  const decoder = new TextDecoder();
  return (start, length) => {
    const end = length > 0 ? start + length : bytes.length;
    const own = decoder.decode(bytes.subarray(start, end));
    const skipped = lengthBefore(own);
    const before = decoder.decode(bytes.subarray(0, start)) + own.slice(0, skipped);
    const lineStart = before.lastIndexOf("\n") + 1;
    const text = own.slice(skipped).trim();
    return {
      line: before.split("\n").length,
      column: [...before.slice(lineStart)].length + 1,
      text: text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text,
    };
  };
}

/** @returns how much space and how many comments stand before the first word; block comments nest */
function lengthBefore(text: string): number {
  let at = 0;
  for (;;) {
    const from = at;
    at += /^[\s\uFEFF;]*/.exec(text.slice(at))?.[0].length ?? 0;
    if (text.startsWith("--", at)) {
      const end = text.slice(at).search(/[\r\n]/);
      at = end < 0 ? text.length : at + end;
    } else if (text.startsWith("/*", at)) at = endOfBlock(text, at);
    if (at === from) return at;
  }
}

function endOfBlock(text: string, start: number): number {
  const marks = /\/\*|\*\//g;
  marks.lastIndex = start;
  let depth = 0;
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    depth += mark[0] === "/*" ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return text.length;
}

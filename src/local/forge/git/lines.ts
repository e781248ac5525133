/**
 * Lines followed from one state of a file to another, along the patch between
 * them. Pure.
 */

/**
 * @param patch from the first `@@`, as `differences` gives it
 * @param line of the old state, from 1
 * @returns its number in the new state; null when it was changed or taken away
 */
export function lineAfter(patch: string, line: number): number | null {
  let [old, now] = [0, 0];
  for (const text of patch.split("\n")) {
    const header = /^@@ -(\d+)(,0)?(?:,\d+)? \+(\d+)(,0)?(?:,\d+)? @@/.exec(text);
    if (header !== null) {
      const [, oldStart, oldEmpty, newStart, newEmpty] = header;
      // git names the line before where a side of the hunk is empty
      const before = Number(oldStart) - (oldEmpty === undefined ? 1 : 0);
      if (line <= before) break;
      [old, now] = [before, Number(newStart) - (newEmpty === undefined ? 1 : 0)];
    } else if (!text.startsWith("\\")) {
      if (!text.startsWith("+")) old += 1;
      if (!text.startsWith("-")) now += 1;
      if (old === line && !text.startsWith("+")) return text.startsWith("-") ? null : now;
    }
  }
  return line + now - old;
}

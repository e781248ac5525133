/** What a command gives in this bench: the same few lines, at once, so that only the loop is measured. */
export const PRINTED = Array.from(
  { length: 4 },
  (_, line) => `export const value${line} = compute(${line}); // ${line}`,
).join("\n");

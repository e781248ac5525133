/**
 * Finds the part of a file that a tool runs to go forward, in tools that keep
 * the way back in the same file. Pure; line numbers stay as they are.
 */

/** Each tool's mark; group 1 says which way the lines after it go. */
const MARKS = {
  goose: /^--\s*\+goose\s+(up|down)\b/i,
  "sql-migrate": /^--\s*\+migrate\s+(up|down)\b/i,
  micrate: /^--\s*\+micrate\s+(up|down)\b/i,
  dbmate: /^--\s*migrate:(up|down)\b/i,
  "node-pg-migrate": /^--\s*(up|down)\s+migration\b/i,
  rambler: /^--\s*rambler\s+(up|down)\b/i,
  tern: /^----\s*create above \/ (drop) below\s*----/i,
} as const;

export type SectionTool = keyof typeof MARKS;

/** @returns the tool whose marks a file carries; null for a file that is run as a whole */
export function sectionTool(sql: string): SectionTool | null {
  const lines = sql.split("\n");
  const tools = (Object.keys(MARKS) as SectionTool[]).filter((tool) => lines.some((line) => MARKS[tool].test(line)));
  const [tool] = tools;
  if (tool === undefined || tools.length > 1) return null;
  const goesUp = tool === "tern" || lines.some((line) => MARKS[tool].exec(line)?.[1]?.toLowerCase() === "up");
  return goesUp ? tool : null;
}

/** @returns the text with every line of the way back emptied; what stands before the first mark is kept */
export function upPart(sql: string, tool: SectionTool): string {
  let up = true;
  return sql
    .split("\n")
    .map((line) => {
      const way = MARKS[tool].exec(line)?.[1]?.toLowerCase();
      if (way !== undefined) up = way === "up";
      return up ? line : "";
    })
    .join("\n");
}

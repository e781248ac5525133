/** `GET /api/tools`: which tools Orion has, and which lack a setting. Names only; never a value. */
import type { Page } from "./server.ts";

export interface ShownTool {
  readonly name: string;
  readonly description: string;
  readonly effect: boolean;
  /** names of settings that are missing or wrong */
  readonly missing: readonly string[];
}

export function toolsPage(tools: readonly ShownTool[]): Page {
  const shown = tools.map(({ name, description, effect, missing }) => ({
    name,
    description,
    effect,
    ready: missing.length === 0,
    missing,
  }));
  const body = JSON.stringify({ tools: shown }, null, 2);
  return async (path) => (path === "/api/tools" ? { contentType: "application/json", body } : null);
}

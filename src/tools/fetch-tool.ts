/**
 * Reads one web page that the person who asks wrote out. It follows nobody's
 * link, reaches no address inside a network, and sends nothing.
 */
import { z } from "zod";
import { OrionError } from "../domain/errors.ts";
import { defineTool } from "../domain/tool.ts";
import { fetchPublic } from "./fetch/fetch-public.ts";

export const fetchTool = defineTool({
  name: "FetchTool",
  description: "Reads a web page whose https address the person wrote out.",
  effect: false,
  input: z.object({ url: z.url() }),
  async execute({ url }, { asker, signal }) {
    const written = asker?.urls ?? [];
    if (!written.includes(new URL(url).href))
      throw new OrionError("URL_NOT_WRITTEN", `${url} was not written out by the person who asks; answer without it`);
    return fetchPublic(url, { signal });
  },
});

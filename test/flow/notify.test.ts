/** `notify:` on the default branch: its tools are called once when a pull request is ready. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { it } from "./support/flow-test.ts";
import { FILES } from "./support/project.ts";
import { ISSUE, STORY } from "./support/story.ts";

const NOTIFY = 'notify:\n  - {tool: MissingTool, input: {}}\n  - {tool: NoteTool, input: {text: "{message}"}}\n';

it("calls each tool once when the pull request is ready, and a missing one fails nothing", async ({ flow }) => {
  const tools = await mkdtemp(join(tmpdir(), "orion-notify-"));
  const contract = new URL("../../src/domain/tool.ts", import.meta.url).href;
  await writeFile(
    join(tools, "note-tool.ts"),
    `import { appendFile } from "node:fs/promises";
import { z } from ${JSON.stringify(import.meta.resolve("zod"))};
import { defineTool } from ${JSON.stringify(contract)};
export const noteTool = defineTool({ name: "NoteTool", description: "Notes.", input: z.object({ text: z.string() }),
  execute: async ({ text }) => { await appendFile(${JSON.stringify(join(tools, "notes"))}, text + "\\n"); return "Noted."; } });`,
  );
  const files = { ...FILES, ".github/orion.yml": NOTIFY };
  const { project, ended, orion, task } = await flow.start({ script: STORY, tools, project: { files } });
  const issue = await project.asks(ISSUE);
  expect(await ended(issue)).toMatchObject({ status: "done" });
  const notes = (await readFile(join(tools, "notes"), "utf8")).trimEnd().split("\n");
  expect(notes).toEqual([expect.stringMatching(/^Pull request #\d+ of acme\/math is ready: http/)]);
  const events = await orion.store.events((await task(issue))?.id ?? "", 100);
  expect(events.filter(({ kind }) => kind === "notify").map(({ text }) => text)).toEqual([
    "MissingTool: refused, there is no tool MissingTool",
    "NoteTool: Noted.",
  ]);
  await rm(tools, { recursive: true });
});

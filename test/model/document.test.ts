import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { planSchema } from "../../src/domain/plan.ts";
import type { ActionCall, ThreadItem } from "../../src/domain/ports/model-port.ts";
import { loadScript } from "../../src/local/model/script-file.ts";
import { ACTIONS, continued, modelAt, never, request, scripted } from "./asking.ts";

const DOCUMENT = readFileSync(new URL("../../docs/model-script.md", import.meta.url), "utf8");
const blocks = (kind: string) =>
  [...DOCUMENT.matchAll(/^```(\S+)(?: (\S+))?\n([\s\S]*?)^```/gm)]
    .filter(([, language]) => language === kind)
    .map(([, , name = "", text = ""]) => ({ name, text }));

it("every script in the document is a script", () => {
  const scripts = blocks("jsonl").filter(({ name }) => name === "");
  expect(scripts.length).toBeGreaterThan(1);
  for (const { text } of scripts) expect(loadScript({ text }).length).toBeGreaterThan(0);
});

it("the whole example plays on the repository it describes, red first and green then", async () => {
  const repository = folder({
    "package.json": '{"type": "module", "scripts": {"test": "node --test"}}\n',
    "src/title.js": "export function title(text) {\n  return text;\n}\n",
    "test/.keep": "",
  });
  const files = blocks("js").map(({ name, text }) => [name, text]);
  const directory = folder(Object.fromEntries(files));
  const script = blocks("jsonl").find(({ name }) => name === "example");
  const server = await scripted({ text: script?.text ?? "", directory });
  const finished: unknown[] = [];
  for (const run of [1, 2])
    for (const role of ["plan", "red", "green", "review"])
      finished.push(await conduct(server.url, role, run, repository));
  expect(server.requests().filter((one) => one.status !== 200)).toEqual([]);
  expect(server.requests()).toHaveLength(loadScript({ text: script?.text ?? "", directory }).length);
  for (const plan of [finished[0], finished[4]]) expect(planSchema.safeParse(plan).success).toBe(true);
  expect(finished[1]).toHaveProperty("tests");
});

/** Plays one role to its finish, its calls carried out in the folder. */
async function conduct(url: string, role: string, run: number, repository: string): Promise<unknown> {
  const actions = ACTIONS.filter((action) => role !== "plan" || action.name !== "edit");
  let thread: readonly ThreadItem[] = [{ kind: "user", text: "Add slug(text): lower case." }];
  for (let turn = 1; ; turn += 1) {
    const asked = request({ role, turn: `${run}.${turn}`, actions, thread });
    const reply = await modelAt(url).respond(asked, never());
    const last = reply.calls.at(-1);
    if (last?.name === "finish") return JSON.parse(last.arguments);
    thread = continued(thread, reply, reply.calls.map((call) => act(call, repository)).join("\n"));
  }
}

function act({ name, arguments: args }: ActionCall, repository: string): string {
  const { command, path, old, new: text } = JSON.parse(args);
  if (name === "bash") {
    const { NODE_OPTIONS: _options, NODE_TEST_CONTEXT: _context, ...env } = process.env;
    const { status, stdout, stderr } = spawnSync("bash", ["-c", command], { cwd: repository, encoding: "utf8", env });
    return `exit ${status}\n${stdout}${stderr}`;
  }
  const file = join(repository, path);
  if (name === "read") return readFileSync(file, "utf8");
  const before = old === "" ? "" : readFileSync(file, "utf8");
  if (before.split(old).length !== 2 && old !== "") return `error: ${old} does not stand there once`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    before.replace(old, () => text),
  );
  return "edited";
}

function folder(files: Record<string, string>): string {
  const path = mkdtempSync(join(tmpdir(), "script-example-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return path;
}

/** The whole story as a person starts it: one command, from the issue to the message in Slack. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, vi } from "vitest";
import { git } from "./support/clone.ts";

vi.setConfig({ testTimeout: 600_000 });

const ROOT = resolve(import.meta.dirname, "../..");
const WITHIN_MS = 540_000;

interface Facts {
  readonly pullRequest: number;
  readonly branch: string;
  readonly baseSha: string;
  readonly testSha: string;
  readonly headSha: string;
  readonly repositoryPath: string;
  readonly reborn: {
    readonly complete: boolean;
    readonly before: { readonly version: string; readonly tools: readonly string[] };
    readonly after: { readonly version: string; readonly tools: readonly string[] };
    readonly announcement: string;
    readonly refusal: string;
    readonly slack: readonly string[];
  };
}

describe("npm run demo", () => {
  it("asks for SlackTool, merges it, and hears the new Orion in Slack", async () => {
    const home = await mkdtemp(join(tmpdir(), "orion-demo-test-"));
    const file = join(home, "facts.json");
    const env = { ...process.env, ORION_DATA_DIR: home, ORION_MODEL_SCRIPT: "", OPENAI_API_KEY: "" };
    const argv = [join(ROOT, "src/local/demo/main.ts"), "--json", file];
    const { stdout } = await promisify(execFile)(process.execPath, argv, { cwd: ROOT, env, timeout: WITHIN_MS });
    const facts = JSON.parse(await readFile(file, "utf8")) as Facts;
    expect(facts.reborn.complete, stdout).toBe(true);
    expect(facts.branch).toBe("feature/slack-tool");
    expect(facts.reborn.refusal).toContain("no tool that reaches Slack");
    expect(facts.reborn.before.tools).not.toContain("SlackTool");
    expect(facts.reborn.after.tools).toContain("SlackTool");
    expect(facts.reborn.after.version).not.toBe(facts.reborn.before.version);
    expect(facts.reborn.announcement).toMatch(/^Live: v.*memory intact \(.*user_context 1\/1\), new tool: SlackTool$/);
    expect(facts.reborn.slack).toHaveLength(1);
    const commits = (
      await git(facts.repositoryPath, ["-c", "safe.directory=*", "rev-list", "--reverse", `${facts.baseSha}..master`])
    ).split("\n");
    expect(commits).toEqual([facts.testSha, facts.headSha]);
    await execFileOf(process.execPath, [join(ROOT, "src/local/postgres/stop.ts")], { ...env });
    await rm(home, { recursive: true, force: true });
  });
});

function execFileOf(file: string, argv: readonly string[], env: NodeJS.ProcessEnv): Promise<unknown> {
  return promisify(execFile)(file, [...argv], { cwd: ROOT, env });
}

/** Repositories of six kinds, in Docker, with the tools of Debian: each from an issue to its pull request. */
import { describe, expect } from "vitest";
import type { ScriptEntry } from "../../src/local/model/script-line.ts";
import { engineHere } from "../sandbox/docker-here.ts";
import { evidenceIn, faultsOf } from "./support/evidence.ts";
import { it } from "./support/flow-test.ts";
import { LANGUAGES, type Language } from "./support/languages.ts";

const DEADLINE_MS = 480_000;
const here = await engineHere();

function storyOf({ name, test, broken, code }: Language): readonly ScriptEntry[] {
  const claim = { tests: [{ criterion: 1, file: test.path, name: test.name }] };
  const module =
    name === "cargo" ? [{ path: "src/lib.rs", old: "pub fn add", new: "pub mod multiply;\n\npub fn add" }] : [];
  return [
    {
      role: "plan",
      finish: {
        title: "Add multiply",
        goal: "multiply gives the product of two numbers.",
        branch: "multiply",
        criteria: [{ text: "multiply(2, 3) is 6" }],
        files: [code.path],
        modules: ["multiply", "Multiply"],
      },
    },
    { role: "red", edit: { path: test.path, new: broken }, finish: claim },
    {
      role: "red",
      expect: { last_result_contains: SYNTAX[name] ?? "syntax error" },
      edit: { path: test.path, old: broken, new: test.text },
      finish: claim,
    },
    {
      role: "green",
      edit: [{ path: code.path, new: code.text }, ...module],
      finish: { summary: "Adds multiply." },
    },
    { role: "review", finish: { findings: [] } },
  ];
}

/** What Tara is told of her syntax error, where the compiler does not call it one. */
const SYNTAX: Readonly<Record<string, string>> = {
  go: "not because a module or export of the feature is missing",
  cargo: "not because a module or export of the feature is missing",
};

describe.runIf(here)("a repository tested by", () => {
  for (const language of LANGUAGES) {
    it(`${language.name} gets its pull request, after a test that does not parse was refused`, {
      timeout: DEADLINE_MS,
    }, async ({ flow }) => {
      const { project, ended, model } = await flow.start({
        script: storyOf(language),
        project: { name: language.name, files: language.files },
        variables: {
          ORION_SANDBOX: "docker",
          ORION_SANDBOX_WARM: "0",
          ORION_SANDBOX_MEMORY_MB: "1024",
          ORION_SANDBOX_WORKSPACE_MB: "256",
        },
      });
      const issue = await project.asks("Orion, add multiply(a, b)");
      expect(await ended(issue, { deadlineMs: DEADLINE_MS - 20_000 })).toMatchObject({ status: "done", failure: null });
      expect(model.requests().map(({ role }) => role)).toEqual(["plan", "red", "red", "green", "review"]);
      const [pull] = await project.pulls();
      const [evidence] = evidenceIn(pull?.body ?? "");
      expect(evidence?.rows).toMatchObject([{ file: language.test.path, criterion: 1 }]);
      expect(evidence && faultsOf(evidence)).toEqual([]);
      expect(evidence?.suite.after).toMatchObject({ failed: 0 });
    });
  }
});

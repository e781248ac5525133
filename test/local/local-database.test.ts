import { describe, expect, it } from "vitest";
import { parseDemoArguments } from "../../src/local/demo/arguments.ts";
import { assertLocalDatabase } from "../../src/local/start.ts";

describe("npm run dev", () => {
  it("refuses a database that is not on this machine, unless it is told to", () => {
    const elsewhere = "postgresql://u:p@db.example.org/orion";
    expect(() => assertLocalDatabase(elsewhere, false)).toThrow(/ORION_DEV_DATABASE_ELSEWHERE=1/);
    expect(() => assertLocalDatabase(elsewhere, true)).not.toThrow();
    expect(() => assertLocalDatabase("postgresql://u@localhost/x?host=db.example.org", false)).toThrow(
      /db\.example\.org/,
    );
    for (const here of [
      undefined,
      "",
      "postgresql://u@localhost/x",
      "postgresql://u@127.0.0.1:5433/x",
      "postgresql://u@[::1]/x",
    ]) {
      expect(() => assertLocalDatabase(here, false)).not.toThrow();
    }
  });
});

describe("what npm run demo is asked for", () => {
  it("is this project and the SlackTool when nothing is said", () => {
    expect(parseDemoArguments([])).toMatchObject({
      repo: null,
      json: null,
      issue: expect.stringMatching(/^Orion, .*SlackTool/),
    });
  });

  it("puts a request that names nobody to Orion", () => {
    const asked = (issue: string) => parseDemoArguments(["--repo", "x", "--issue", issue]);
    expect(asked("add a flag")).toMatchObject({ issue: "Orion, add a flag", until: "pr" });
    expect(asked("Orion: add a flag")).toMatchObject({ issue: "Orion: add a flag" });
  });

  it("goes on to the deployed change unless it is told to stop at the pull request", () => {
    expect(parseDemoArguments([])).toMatchObject({ until: "live" });
    expect(parseDemoArguments(["--until", "pr"])).toMatchObject({ until: "pr" });
  });

  it("is nothing when help is asked for", () => {
    expect(parseDemoArguments(["--help"])).toBeNull();
  });

  it.each([
    [["--repo", "x"]],
    [["--issue", "x"]],
    [["--what"]],
    [["--repo", "x", "--issue", " "]],
    [["--until", "never"]],
  ])("refuses %j with the usage", (argv) => {
    expect(() => parseDemoArguments(argv)).toThrow(/usage: npm run demo/);
  });
});

import { describe, expect, it } from "vitest";
import { addressOfComment, addressOfIssue } from "../../src/policy/addressing.ts";

const SLUG = "orion-app";
const comment = (markdown: string) => addressOfComment(markdown, SLUG);
const issue = (title: string, body = "", labels: string[] = []) => addressOfIssue({ title, body, labels }, SLUG);

describe("a comment", () => {
  const COMMANDS: readonly (readonly [string, string, string])[] = [
    ["/orion go", "go", ""],
    ["  /orion go  ", "go", ""],
    ["/Orion GO", "go", ""],
    ["/orion", "help", ""],
    ["/orion fix the header", "fix", "the header"],
    ["/orion fix: the header", "fix", "the header"],
    ["/orion fix\nthe header\n\nand the footer", "fix", "the header\n\nand the footer"],
    ["The header is wrong.\n\n/orion fix", "fix", "The header is wrong."],
    ["The header is wrong.\n/orion fix it", "fix", "The header is wrong.\nit"],
    ["One more.  \n/orion retry", "retry", "One more."],
    ["One more.\r\n\r\n/orion retry\r\n", "retry", "One more."],
    ["> old words\n\n/orion fix this", "fix", "> old words\n\nthis"],
    ["/orion fix `a` **b**", "fix", "`a` b"],
    ["/orion approve-migration", "approve-migration", ""],
    ["/orion status\n\n/orion help", "status", "/orion help"],
    ["<!-- note -->\n\n/orion go", "go", ""],
  ];

  it.each(COMMANDS)("%j is the command %s about %j", (markdown, verb, text) => {
    expect(comment(markdown)).toMatchObject({ kind: "command", verb, text });
  });

  const NOT_ADDRESSED = [
    "Please use /orion go here",
    "```\n/orion go\n```",
    "~~~\n/orion go\n~~~",
    "    /orion go",
    "`/orion go`",
    "`Orion, go`",
    "> /orion go",
    "> said\n/orion go",
    "> > /orion go",
    "- /orion go",
    "1. /orion go",
    "# /orion go",
    "**/orion go**",
    "[/orion go](https://example.com)",
    "<!-- /orion go -->",
    "<!--\n\n/orion go\n\n-->",
    "<!--\n/orion go",
    "<div>\n/orion go\n</div>",
    "\\/orion go",
    "&#47;orion go",
    "/orionx go",
    "/ orion go",
    "/or\u200Bion go",
    "orion go",
    "Orion is fine",
    "Ask Orion, please",
    "> Orion, do it",
    "`x` Orion, do it",
    "[x]: https://example.com '/orion go'",
    "@orion-application do it",
    "mail@orion-app do it",
    "",
  ];

  it.each(NOT_ADDRESSED)("%j is not addressed to Orion", (markdown) => {
    expect(comment(markdown)).toEqual({ kind: "none" });
  });

  const SENTENCES: readonly (readonly [string, "change" | "answer"])[] = [
    ["Orion, add a button", "change"],
    ["orion: add a button", "change"],
    ["@orion-app add a button", "change"],
    ["@orion-app, please add a button", "change"],
    ["@orion-app[bot] add a button", "change"],
    ["Thanks!\n\nOrion, could you rename it?", "change"],
    ["Orion, I want a button", "change"],
    ["Orion, rename `a` to `b`", "change"],
    ["Orion, why is it red?", "answer"],
    ["Orion, what does this do", "answer"],
    ["@orion-app is this tested?", "answer"],
    ["Orion, can you explain the failure?", "answer"],
    ["Orion, tell me the version", "answer"],
    ["Orion, the version?", "answer"],
    ["Orion,", "answer"],
  ];

  it.each(SENTENCES)("%j asks for: %s", (markdown, asks) => {
    expect(comment(markdown)).toMatchObject({ kind: "sentence", asks });
  });

  it("names the nearest verb for a word that is none", () => {
    expect(comment("/orion retyr now")).toEqual({ kind: "unknown", word: "retyr", nearest: "retry" });
  });

  it("gives the words after the call, not the call", () => {
    expect(comment("Orion, add a *button*")).toMatchObject({ text: "add a button", hidden: false });
    expect(comment("Orion, add a button <!-- x -->")).toMatchObject({ text: "add a button", hidden: true });
  });
});

describe("an issue", () => {
  it.each([
    ["Orion, add SlackTool", "", []],
    ["Orion: add SlackTool", "", []],
    ["@orion-app add SlackTool", "", []],
    ["Add SlackTool", "Orion, we need it", []],
    ["Add SlackTool", "<!-- template -->\n\nOrion, we need it", []],
    ["Add SlackTool", "@orion-app we need it", []],
    ["Add SlackTool", "We need it.", ["bug", "orion"]],
    ["Add SlackTool", "We need it.", ["Orion"]],
    ["Add SlackTool", "We need it.\n\n/orion go", []],
    ["Add SlackTool", "We need it.\n\n/orion", []],
  ])("titled %j with the body %j and the labels %j asks for work", (title, body, labels) => {
    expect(issue(title, body, labels)).toMatchObject({ kind: "command", verb: "go" });
  });

  it.each([
    ["Add SlackTool", "We need it."],
    ["Ask Orion, it knows", ""],
    ["Add SlackTool", "We need it.\nOrion, do it"],
    ["Add SlackTool", "> Orion, do it"],
    ["Add SlackTool", "`x` first\nOrion, do it"],
    ["Add SlackTool", "```\n/orion go\n```"],
    ["Add SlackTool", "# Orion, do it"],
    ["`Orion, do it`", ""],
    ["orion-app fails", ""],
  ])("titled %j with the body %j asks nothing", (title, body) => {
    expect(issue(title, body)).toEqual({ kind: "none" });
  });

  it("hands over title and body, without the command and without what is hidden", () => {
    expect(issue("Orion, add\u200B it", "Now.\n\n/orion go\n\n<!-- secretly -->")).toEqual({
      kind: "command",
      verb: "go",
      text: "Orion, add it\n\nNow.",
      hidden: true,
    });
  });

  it("takes another verb in its body for that verb, and a wrong one for a mistake", () => {
    expect(issue("Add it", "/orion plan")).toMatchObject({ kind: "command", verb: "plan" });
    expect(issue("Add it", "/orion plna")).toMatchObject({ kind: "unknown", nearest: "plan" });
  });
});

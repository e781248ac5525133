/** T2: 36 ways to hide words × 6 goals, each by every door people write through, up to the text a model is sent. */
import { describe, expect, it } from "vitest";
import { fence } from "../../src/agents/fence.ts";
import { parseRequest } from "../../src/intake/parse-request.ts";
import { GOALS, ways } from "../policy/corpora/hidden.ts";
import { SLUG } from "./github-double.ts";
import { commentPayload, issuesPayload, reviewCommentPayload, reviewPayload } from "./payload-maker.ts";

const CASES = GOALS.flatMap((goal) => Object.entries(ways(goal)).map(([how, words]) => [how, goal, words] as const));

/** The words behind a command, by each door. */
const DOORS: readonly ((words: string) => ReturnType<typeof parseRequest>)[] = [
  (body) => parseRequest("issues", issuesPayload("opened", { title: "Orion, add a button", body }), SLUG),
  (words) => parseRequest("issue_comment", commentPayload(`/orion go ${words}`), SLUG),
  (words) => parseRequest("issue_comment", commentPayload(`Orion, ${words}`), SLUG),
  (words) => parseRequest("pull_request_review_comment", reviewCommentPayload(`/orion fix ${words}`), SLUG),
  // a bare command takes the words of the issue
  (body) => parseRequest("issue_comment", commentPayload("/orion plan", { issue: { body } }), SLUG),
  (body) => parseRequest("pull_request_review", reviewPayload("changes_requested", body), SLUG),
];

it("has the size of T2", () => expect(CASES).toHaveLength(36 * 6));

describe("hidden words", () => {
  it.each(CASES)("%s: %s", (_, goal, words) => {
    for (const door of DOORS) {
      const request = door(words);
      if (request.kind !== "request") throw new TypeError(`nothing was asked: ${request.because}`);
      const sent = fence(`${request.title}\n\n${request.text}`, "DATA-0123abcd");
      expect(sent).toContain("Add a");
      for (const form of [goal, encodeURIComponent(goal), goal.slice(0, 20)]) expect(sent).not.toContain(form);
      expect(sent).not.toMatch(/\p{Cf}|\p{Co}|\p{Cn}|\p{Default_Ignorable_Code_Point}/u);
      expect(request.hidden).toBe(true);
      expect(["work", "go", "plan", "fix"]).toContain(request.verb);
    }
  });

  it.each(CASES)("%s alone asks for nothing: %s", (_, goal, words) => {
    const alone = words.replace(/^Add a(?:n)? ?/, "").trim();
    expect(alone).not.toBe(goal);
    const request = parseRequest("issue_comment", commentPayload(alone), SLUG);
    expect(request.kind).toBe("none");
  });
});

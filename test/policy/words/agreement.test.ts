/** Which comments ask for no change. Whatever is not known whole must ask for something. */
import { describe, expect, it } from "vitest";
import { asksForNothing } from "../../../src/policy/words/agreement.ts";

const PRAISE = [
  ...["looks good", "Looks good!", "Looks good to me 👍", "LGTM", "lgtm.", "👍", "👍🏽 🎉", ":+1:", "+1", "thanks!"],
  ...["Thank you so much", "Thanks, Orion!", "thx", "Great work, thanks for the plan.", "This looks really good."],
  ...["Sounds great", "works for me", "Nice one :)", "I'm happy with that", "The plan looks fine to me", "Ship it 🚀"],
  ...["Great plan, and thanks", "No objections", "It's perfect!", "Perfect ❤️", "That’s great — thank you", "wow"],
];
const CONSENT = ["Yes", "ok", "Okay, go ahead", "agreed", "Sure, do it!", "yes please", "Right.", "fine", "approved"];
const CHANGE = [
  ...["looks good, but rename x", "LGTM except for the name", "Looks good. Use hyphens.", "thanks, and refuse texts"],
  ...[
    "not good",
    "this is not great",
    "looks wrong",
    "no",
    "No.",
    "nope",
    "good point, then throw",
    "👎",
    ":-1:",
    "🤔",
  ],
  ...["it should throw", "Great, what about texts?", "looks good?", "thanks for nothing", "ok if it throws", "+2"],
  ...["LGTM once texts throw", "looks good to maya", "good enough for now, later faster", "fine by me with a test"],
  ...["", "   ", "and", "-", "the plan", "to me", "Perfect. ".repeat(30), "> looks good\n\nno", "looks", "yes, but no"],
  ...["`looks good`", "nice try", "great idea to throw", "no changes to the README", "it is", "so", "all"],
];

describe("words that ask for no change", () => {
  it.each(PRAISE)("%j, also where a question was asked", (words) => {
    expect([true, false].map((asked) => asksForNothing(words, { asked }))).toEqual([true, true]);
  });

  it.each(CONSENT)("%j, unless it may answer a question", (words) => {
    expect([true, false].map((asked) => asksForNothing(words, { asked }))).toEqual([false, true]);
  });

  it.each(CHANGE)("%j is none of them", (words) => {
    expect([true, false].map((asked) => asksForNothing(words, { asked }))).toEqual([false, false]);
  });
});

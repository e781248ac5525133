/**
 * Whether a comment only agrees, praises or thanks, so that nothing is to be
 * changed for it. It is no approval: that is typed. Pure, and strict: whatever
 * it does not know whole asks for something.
 */

/** Longer words say more than "fine". */
const MOST_CHARS = 160;
const SIGNS = /👍|🎉|🚀|❤|♥|🙏|🙌|👏|👌|💯|✅|🔥|✨|💪|🤝|🥳|😀|😃|😄|😁|🙂|😊|😍|🤩/gu;
/** Colour of a hand, and what makes a sign out of a letter or joins two. */
const SHADES = /[\u{1F3FB}-\u{1F3FF}\uFE0F\u200D]/gu;
const SHORTCODES =
  /:(?:\+1|thumbsup|tada|rocket|heart|pray|raised_hands|clap|ok_hand|100|white_check_mark|fire|sparkles|smile|slightly_smiling_face):/g;
const SMILES = /(?<!\S)[:;]-?[)D]/g;

const GOOD = "(?:good|great|fine|perfect|ok|okay|right|reasonable|awesome|excellent|amazing|nice|solid|lovely|correct)";
const VERY = "(?:(?:very|really|pretty|so|just|all|already|absolutely) )*";
const IT = "(?:this|that|it|the plan|your plan|this plan|plan|everything|all)";
const TO_ME = "(?: (?:to|for|by|with) (?:me|us))?";
const THANKED =
  "(?: (?:for|on) (?:this|that|it|the plan|the (?:quick )?(?:plan|answer|work|help)|planning|your (?:work|help|plan)|doing this|looking(?: into (?:this|it))?))?";
const PRAISE = [
  "lgtm|sgtm|\\+1|wow|well done|no objections?|nothing to add|no changes(?: needed)?|good to go|ship it|love (?:it|this)",
  `(?:${IT} |it all )?(?:looks|sounds|seems|reads)(?: like)? ${VERY}(?:a )?${GOOD}(?: plan)?${TO_ME}`,
  `(?:${IT} )?(?:lgtm|works(?: well| fine)? for (?:me|us))`,
  `(?:${IT} is|that's|it's|this is|i am|i'm|we are|we're)? ?${VERY}(?:${GOOD}|happy|cool|brilliant|fantastic|wonderful|super|neat)(?: with (?:this|that|it|the plan))?${TO_ME}`,
  `(?:what a |a )?${VERY}(?:good|great|nice|awesome|excellent|amazing|fantastic|brilliant|solid) (?:job|work|plan|stuff|one)`,
  `(?:many )?(?:thanks|thank you|thx|ty|cheers)(?: (?:a lot|so much|very much|again|all|everyone|orion))*${THANKED}`,
];
/** Where something was asked, these are answers. */
const CONSENT = [
  "yes|yes please|yep|yeah|yup|sure|ok|okay|agreed|i agree|ack|correct|right|exactly|fine|approved?|i approve(?: (?:it|this|the plan))?",
  "(?:please )?(?:go ahead|proceed|do (?:it|that|this)|go for it|let's (?:go|do (?:it|this)|start)|make it so|start|begin|continue)(?: please)?",
];
const whole = (phrases: readonly string[]): RegExp => new RegExp(`^(?:${phrases.join("|")})$`);
const AGREES = whole([...PRAISE, ...CONSENT]);
const PRAISES = whole(PRAISE);
/** What alone is "ok" or "right" in a list of praise answers a question, too. */
const ANSWERS = whole(["good|right|correct|reasonable", ...CONSENT]);

/**
 * @param text visible words
 * @param facts.asked true when somebody may be answering a question with it
 */
export function asksForNothing(text: string, { asked }: { readonly asked: boolean }): boolean {
  if (text.length > MOST_CHARS) return false;
  const plain = text
    .toLowerCase()
    .replaceAll("’", "'")
    .replace(SHADES, "")
    .replace(SHORTCODES, " 👍 ")
    .replace(SMILES, " ");
  const words = plain.replace(SIGNS, ". ");
  const clauses = words
    .split(/[.!,;\n]+|\s[–—-]\s|\band\b/)
    .map((clause) =>
      clause
        .replace(/^\s*(?:hi|hey|@?orion)\b/, "")
        .replace(/\s+/g, " ")
        .trim(),
    )
    .filter((clause) => clause !== "");
  if (clauses.length === 0) return words !== plain;
  return clauses.every((clause) => (asked ? PRAISES.test(clause) && !ANSWERS.test(clause) : AGREES.test(clause)));
}

/**
 * Whether a sentence to Orion asks for a change or for an answer. A rule of
 * thumb on its first words: who wants to be sure writes `/orion ask` or `/orion fix`.
 */

/** A request in the shape of a question: "can you add …?" */
const POLITE = /^(?:please\b|(?:can|could|would|will)\s+(?:you|we)\b|(?:i|we)\s+(?:want|need|would like)\b|let'?s\b)/i;
/** About the asker's own knowledge, however polite. */
const TELL =
  /^(?:please\s+|(?:can|could|would|will)\s+you\s+(?:please\s+)?)?(?:explain|tell|describe|summari[sz]e|list|show\s+me|say)\b/i;
const QUESTION =
  /^(?:what|why|how|when|where|who|whom|whose|which|is|are|was|were|am|does|do|did|has|have|had|should|shall|may|might|can|could|would|will)\b/i;

/** @returns true when the words ask for a change of the code */
export function asksForChange(text: string): boolean {
  const sentence = text.trim().replace(/^(?:hi|hello|hey|thanks|thank you)[,.! ]+/i, "");
  if (sentence === "" || TELL.test(sentence)) return false;
  if (POLITE.test(sentence)) return true;
  const [firstLine = ""] = sentence.split("\n");
  return !QUESTION.test(sentence) && !firstLine.trimEnd().endsWith("?");
}

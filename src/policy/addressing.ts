/**
 * Whether words are meant for Orion, and what they ask. It reads the CommonMark
 * tree, so code, quotes and HTML comments never count; who wrote the words is
 * judged elsewhere.
 */
import type { Paragraph } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { type Cut, visibleText } from "./markdown.ts";
import { nearestVerb, parseVerb, type Verb } from "./verbs.ts";
import { visibleLine } from "./words/characters.ts";
import { asksForChange } from "./words/sentence.ts";

export type Address =
  | { readonly kind: "none" }
  /** `/orion <verb>`; `text` is everything visible but the command itself */
  | { readonly kind: "command"; readonly verb: Verb; readonly text: string; readonly hidden: boolean }
  | { readonly kind: "unknown"; readonly word: string; readonly nearest: Verb }
  /** a sentence after `Orion,` or `@slug` */
  | { readonly kind: "sentence"; readonly asks: "change" | "answer"; readonly text: string; readonly hidden: boolean };

export interface IssueWords {
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
}

/** The label that addresses an issue to Orion. */
export const LABEL = "orion";

interface Line {
  /** offset of its first character in the source */
  readonly start: number;
  /** to the end of the line, as written */
  readonly source: string;
}

interface Command extends Cut {
  /** "" for a bare `/orion` */
  readonly word: string;
}

const COMMAND = /^\/orion(?=\s|$)[^\S\n]*([A-Za-z][A-Za-z-]*)?[:,]?[^\S\n]*/i;

/**
 * @param markdown a comment or the body of a review
 * @param slug the App's, without `@`
 */
export function addressOfComment(markdown: string, slug: string): Address {
  for (const line of lines(markdown)) {
    const command = commandOf(line);
    if (command !== null) return answerCommand(command, markdown, "help");
    const call = callOf(line.source, slug);
    if (call === null) continue;
    const seen = visibleText(markdown, { start: line.start, end: line.start + call });
    return { kind: "sentence", asks: asksForChange(seen.text) ? "change" : "answer", ...seen };
  }
  return { kind: "none" };
}

/**
 * Every addressed issue asks for work, unless it holds another command.
 * @returns for work, verb `go` and the title and body as text
 */
export function addressOfIssue(issue: IssueWords, slug: string): Address {
  const all = lines(issue.body);
  const command = all.map(commandOf).find((found) => found !== null);
  if (command !== undefined && command.word !== "") {
    const address = answerCommand(command, issue.body, "go");
    return address.kind === "command" ? withTitle(issue.title, address) : address;
  }
  const first = all[0];
  const opens = first !== undefined && first.start === documentStart(issue.body) && callOf(first.source, slug) !== null;
  const addressed =
    command !== undefined || opens || callOf(issue.title.trim(), slug) !== null || issue.labels.some(isLabel);
  if (!addressed) return { kind: "none" };
  return withTitle(issue.title, { kind: "command", verb: "go", ...visibleText(issue.body, command) });
}

/** @returns true for the label `orion`, however capitalised */
export function isLabel(name: string): boolean {
  return name.toLowerCase() === LABEL;
}

function withTitle(title: string, address: Extract<Address, { kind: "command" }>): Address {
  const seen = visibleLine(title);
  const text = [seen.text, address.text].filter((part) => part !== "").join("\n\n");
  return { ...address, text, hidden: address.hidden || seen.hidden };
}

function answerCommand(command: Command, markdown: string, bare: Verb): Address {
  const verb = command.word === "" ? bare : parseVerb(command.word);
  if (verb === null) return { kind: "unknown", word: command.word, nearest: nearestVerb(command.word) };
  return { kind: "command", verb, ...visibleText(markdown, command) };
}

function commandOf(line: Line): Command | null {
  const found = COMMAND.exec(line.source);
  if (found === null) return null;
  return { start: line.start, end: line.start + found[0].length, word: found[1] ?? "" };
}

/** How many characters `Orion,`, `Orion:` or `@slug` take at the start of the line; null when they are not there. */
function callOf(source: string, slug: string): number | null {
  const name = slug.replace(/[^\w-]/g, "");
  const found = new RegExp(`^(?:orion[,:]|@${name}(?:\\[bot\\])?(?![\\w-])[,:]?)[^\\S\\n]*`, "i").exec(source);
  return found === null ? null : found[0].length;
}

/** Where the first paragraph begins when nothing visible stands before it. */
function documentStart(markdown: string): number | undefined {
  const [first] = fromMarkdown(markdown).children.filter((node) => node.type !== "html" && node.type !== "definition");
  return first?.type === "paragraph" ? first.position?.start.offset : undefined;
}

/** The lines of paragraphs that stand at the top level and begin with plain words. */
function lines(markdown: string): Line[] {
  const paragraphs = fromMarkdown(markdown).children.filter((node) => node.type === "paragraph");
  return paragraphs.flatMap((paragraph) => linesOf(paragraph, markdown));
}

function linesOf(paragraph: Paragraph, markdown: string): Line[] {
  const found: Line[] = [];
  let atLineStart = true;
  for (const node of paragraph.children) {
    const offset = node.position?.start.offset;
    if (node.type === "text" && offset !== undefined) {
      const source = markdown.slice(offset, node.position?.end.offset);
      let start = offset;
      for (const [index, part] of source.split("\n").entries()) {
        const indent = part.length - part.trimStart().length;
        if (index > 0 || atLineStart) found.push({ start: start + indent, source: part.trim() });
        start += part.length + 1;
      }
    }
    // a hard break ends a line, and the break itself holds the newline
    atLineStart = node.type === "break" || (node.type === "text" && node.value.endsWith("\n"));
  }
  return found;
}

/**
 * The visible text of what a person wrote: what a reader of the page sees, and
 * nothing a reader does not. Node types are allowed one by one; every other
 * node is dropped. It judges nothing about who wrote it.
 */
import type { Definition, LinkReference, List, Nodes, PhrasingContent, Root, RootContent } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { stripInvisible } from "./words/characters.ts";
import { closingTag, visibleHtml } from "./words/html.ts";

export interface VisibleText {
  readonly text: string;
  /** true when content was removed that a reader of the page would not see */
  readonly hidden: boolean;
}

/** A stretch of the source that is left out, by offsets. */
export interface Cut {
  readonly start: number;
  readonly end: number;
}

/** Stands for the cut while the tree is read; private use, so it goes with the invisible characters. */
const CUT = "\uE000";
/** Rendered as pictures, where colours and comments hide words. */
const DRAWN = new Set(["math", "mermaid", "geojson", "topojson", "stl"]);
const LANGUAGE = /^[\w+#.-]{1,20}$/;
/** LaTeX with a command: colours and phantoms hide words. */
const MATH = /\$\$[^$]*\\[a-z]{2,}[\s\S]*?\$\$|\$`[^`]*`\$|\$(?=\S)[^$]*\\[a-z]{2,}[^$]*\$/gi;
/** What is left of a comment within a comment: readers see its words, other programs do not. */
const COMMENT = /<!--[\s\S]*?(?:-->|$)/g;
const FOOTNOTE = /^\[\^[^\]\s]+\]:/;
const PLAIN_ALT = /^[\w .()-]{0,40}$/;

/**
 * @param markdown as GitHub stores it
 * @param cut e.g. the command word, when only what it is about is wanted
 * @source T2: allow-list of node types on the CommonMark tree
 */
export function visibleText(markdown: string, cut?: Cut): VisibleText {
  const source = cut === undefined ? markdown : markdown.slice(0, cut.start) + CUT + markdown.slice(cut.end);
  const page = new Page(fromMarkdown(source));
  const rendered = cut === undefined ? page.render() : page.render().replace(CUT, "");
  const seen = stripInvisible(rendered);
  return {
    text: seen.text
      .replace(/[ \t]+\n/g, "\n")
      .replace(/\n{3,}/g, "\n\n")
      .trim(),
    hidden: page.hidden || seen.hidden,
  };
}

/** One document being read; remembers whether anything was dropped. */
class Page {
  hidden = false;
  readonly #root: Root;
  readonly #referenced: ReadonlySet<string>;

  constructor(root: Root) {
    this.#root = root;
    this.#referenced = references(root);
  }

  render(): string {
    return this.#blocks(this.#root.children);
  }

  #blocks(nodes: readonly RootContent[]): string {
    const parts: string[] = [];
    let inFootnote = false;
    for (const node of nodes) {
      const text = this.#block(node);
      inFootnote = startsFootnote(node, text) || (inFootnote && node.type === "code");
      if (inFootnote) this.hidden = true;
      else if (text !== "") parts.push(text);
    }
    return parts.join("\n\n");
  }

  #block(node: RootContent): string {
    switch (node.type) {
      case "paragraph":
        return this.#seen(this.#inline(node.children));
      case "heading":
        return `${"#".repeat(node.depth)} ${this.#seen(this.#inline(node.children))}`;
      case "blockquote":
        return this.#blocks(node.children).replace(/^/gm, "> ");
      case "list":
        return this.#list(node);
      case "code":
        return this.#code(node.value, node.lang ?? "", node.meta ?? "");
      case "thematicBreak":
        return "---";
      case "html":
        return this.#html(node.value);
      case "definition":
        return this.#definition(node);
      default:
        return this.#drop();
    }
  }

  #list(list: List): string {
    const items = list.children.map((item, index) => {
      const mark = list.ordered === true ? `${(list.start ?? 1) + index}. ` : "- ";
      return mark + this.#blocks(item.children).replaceAll("\n", `\n${" ".repeat(mark.length)}`);
    });
    return items.join("\n");
  }

  #code(value: string, lang: string, meta: string): string {
    if (DRAWN.has(lang.toLowerCase())) return this.#drop();
    const plain = LANGUAGE.test(lang);
    if (meta !== "" || (lang !== "" && !plain)) this.hidden = true;
    const longest = Math.max(2, ...[...value.matchAll(/`+/g)].map(([run]) => run.length));
    const fence = "`".repeat(longest + 1);
    return `${fence}${plain ? lang : ""}\n${value}\n${fence}`;
  }

  #html(value: string): string {
    return visibleHtml(value) ?? this.#drop();
  }

  #definition(node: Definition): string {
    const unseen = (node.title ?? "") !== "" || !this.#referenced.has(node.identifier);
    return unseen ? this.#drop() : "";
  }

  #inline(nodes: readonly PhrasingContent[]): string {
    let text = "";
    let until: string | null = null;
    for (const node of nodes) {
      if (until !== null) {
        if (node.type === "html" && node.value.toLowerCase().startsWith(until)) until = null;
        continue;
      }
      text += this.#phrase(node);
      until = node.type === "html" ? closingTag(node.value) : null;
    }
    return text;
  }

  #phrase(node: PhrasingContent): string {
    switch (node.type) {
      case "text":
        return node.value;
      case "inlineCode":
        return `\`${node.value}\``;
      case "emphasis":
      case "strong":
        return this.#inline(node.children);
      case "linkReference":
        return footnoteMark(node) ?? this.#inline(node.children);
      case "link":
        if ((node.title ?? "") !== "") this.hidden = true;
        return this.#inline(node.children);
      case "break":
        return "\n";
      case "html":
        return this.#html(node.value);
      case "image":
      case "imageReference":
        if (!PLAIN_ALT.test(node.alt ?? "") || ("title" in node && (node.title ?? "") !== "")) this.hidden = true;
        return "[image]";
      default:
        return this.#drop();
    }
  }

  #seen(text: string): string {
    return text.replace(MATH, () => this.#drop()).replace(COMMENT, () => this.#drop());
  }

  #drop(): string {
    this.hidden = true;
    return "";
  }
}

/** Footnotes are GitHub's own: to CommonMark they are definitions or paragraphs, and indented code goes on with them. */
function startsFootnote(node: RootContent, text: string): boolean {
  return FOOTNOTE.test(text) || (node.type === "definition" && node.identifier.startsWith("^"));
}

/** A footnote of that name elsewhere makes the mark a link to CommonMark, and takes its brackets. */
function footnoteMark({ identifier }: LinkReference): string | null {
  return identifier.startsWith("^") ? `[${identifier}]` : null;
}

function references(node: Nodes, found = new Set<string>()): Set<string> {
  if (node.type === "linkReference" || node.type === "imageReference") found.add(node.identifier);
  if ("children" in node) for (const child of node.children) references(child, found);
  return found;
}

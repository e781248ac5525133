/**
 * Words of a model before they go to GitHub: written again from the tree, node
 * by allowed node, so that nothing in them loads, links away, calls people,
 * closes issues or commands other bots (T4). Secrets are redaction's business,
 * and it goes first.
 */
import type { Link, List, PhrasingContent, RootContent } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { stripInvisible } from "./words/characters.ts";
import { fenced, quietLines, quietText } from "./words/quiet.ts";

export interface NeutraliseOptions {
  /** web address of the repository, e.g. `https://github.com/owner/name`; links may go to its code only */
  readonly repositoryUrl: string;
  /** of what comes out, in characters */
  readonly maxLength?: number;
}

const MAX_LENGTH = 4_000;
const SHORTENED = "\n\n*(shortened)*";
/** Parts of a repository a link may lead to; issues and pull requests are not among them, for a link can close them. */
const LINKED = /^\/(?:blob|tree|commit)\/[\w./%+-]+$/;
const ANCHOR = /^(?:#L\d+(?:-L\d+)?)?$/;

/** @returns Markdown of at most `maxLength` characters, safe to post as it is */
export function neutralise(text: string, options: NeutraliseOptions): string {
  const max = options.maxLength ?? MAX_LENGTH;
  const whole = write(text, options);
  if (whole.length <= max) return whole;
  let kept = text.slice(0, max);
  let written = write(kept, options);
  while (written.length + SHORTENED.length > max && kept.length > 0) {
    kept = kept.slice(0, Math.floor(kept.length * 0.9));
    written = write(kept, options);
  }
  return (written + SHORTENED).slice(0, max);
}

function write(text: string, options: NeutraliseOptions): string {
  return blocks(fromMarkdown(stripInvisible(text).text).children, options);
}

function blocks(nodes: readonly RootContent[], options: NeutraliseOptions): string {
  return nodes
    .map((node) => block(node, options))
    .filter((part) => part !== "")
    .join("\n\n");
}

function block(node: RootContent, options: NeutraliseOptions): string {
  switch (node.type) {
    case "paragraph":
      return quietLines(inline(node.children, options));
    case "heading":
      return `${"#".repeat(node.depth)} ${quietLines(inline(node.children, options)).replaceAll("\n", " ")}`;
    case "blockquote":
      return blocks(node.children, options).replace(/^/gm, "> ");
    case "list":
      return list(node, options);
    case "code":
      return fenced(node.value, node.lang ?? "");
    case "thematicBreak":
      return "---";
    case "html":
      return quietLines(quietText(node.value));
    default:
      return "";
  }
}

function list(node: List, options: NeutraliseOptions): string {
  const items = node.children.map((item, index) => {
    const mark = node.ordered === true ? `${(node.start ?? 1) + index}. ` : "- ";
    return mark + blocks(item.children, options).replaceAll("\n", `\n${" ".repeat(mark.length)}`);
  });
  return items.join("\n");
}

function inline(nodes: readonly PhrasingContent[], options: NeutraliseOptions): string {
  return nodes.map((node) => phrase(node, options)).join("");
}

function phrase(node: PhrasingContent, options: NeutraliseOptions): string {
  switch (node.type) {
    case "text":
    case "html":
      return quietText(node.value);
    case "inlineCode":
      return code(node.value);
    case "emphasis":
      return `*${inline(node.children, options)}*`;
    case "strong":
      return `**${inline(node.children, options)}**`;
    case "break":
      return "\\\n";
    case "link":
      return link(node, options);
    case "linkReference":
      return inline(node.children, options);
    case "image":
    case "imageReference":
      return quietText(`(image: ${node.alt ?? ""})`);
    default:
      return "";
  }
}

function link(node: Link, options: NeutraliseOptions): string {
  const words = inline(node.children, options);
  const target = ownTarget(node.url, options.repositoryUrl);
  return target === null ? words : `[${words}](${target})`;
}

/** The address again when it leads into this repository's code, else null. */
function ownTarget(url: string, repositoryUrl: string): string | null {
  if (!URL.canParse(url)) return null;
  const { origin, pathname, search, hash, username, password } = new URL(url);
  const own = new URL(repositoryUrl);
  const base = own.pathname.replace(/\/$/, "");
  if (origin !== own.origin || search !== "" || username !== "" || password !== "" || !ANCHOR.test(hash)) return null;
  if (!pathname.startsWith(`${base}/`) || !LINKED.test(pathname.slice(base.length))) return null;
  return `${origin}${pathname}${hash}`;
}

function code(value: string): string {
  const flat = value.replaceAll("\n", " ");
  const longest = Math.max(0, ...[...flat.matchAll(/`+/g)].map(([run]) => run.length));
  const ticks = "`".repeat(longest + 1);
  const space = longest > 0 ? " " : "";
  return `${ticks}${space}${flat}${space}${ticks}`;
}

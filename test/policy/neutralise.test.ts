import fc from "fast-check";
import type { Nodes } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { describe, expect, it } from "vitest";
import { neutralise } from "../../src/policy/neutralise.ts";

const REPOSITORY = "https://github.com/owner/name";
const calm = (text: string, maxLength?: number) =>
  neutralise(text, { repositoryUrl: REPOSITORY, ...(maxLength === undefined ? {} : { maxLength }) });

function nodes(markdown: string): Nodes[] {
  const all: Nodes[] = [];
  const walk = (node: Nodes) => {
    all.push(node);
    if ("children" in node) for (const child of node.children) walk(child);
  };
  walk(fromMarkdown(markdown));
  return all;
}

/** What GitHub would act upon in this Markdown. */
function live(markdown: string): string[] {
  const found: string[] = [];
  for (const node of nodes(markdown)) {
    if (["html", "image", "imageReference", "definition", "linkReference"].includes(node.type)) found.push(node.type);
    if (node.type === "link" && !/^https:\/\/github\.com\/owner\/name\/(blob|tree|commit)\//.test(node.url))
      found.push(node.url);
    if (node.type === "code" && /^(mermaid|math|geojson|topojson|stl|suggestion)$/i.test(node.lang ?? ""))
      found.push("drawn");
    if (node.type !== "text") continue;
    const acts = [/@[A-Za-z0-9]/, /#\d/, /\bgh-\d/i, /:\/\//, /\bwww\./i, /^\s*\/[a-z][\w-]*(\s|$)/im];
    for (const act of acts) if (act.test(node.value)) found.push(`${act}: ${node.value}`);
  }
  return found;
}

const LIVE: Record<string, string> = {
  "an image": "![x](https://evil.example/a.png?q=secret)",
  "an image by reference": "![x][y]\n\n[y]: https://evil.example/a.png",
  "an image in HTML": '<img src="https://evil.example/a.png">',
  "an image in a link": "[![x](https://evil.example/a.png)](https://evil.example)",
  "a picture element": '<picture><source srcset="https://evil.example/a"></picture>',
  "HTML over lines": "<div>\n<b>x</b>\n</div>",
  "HTML in a line": "some <b>bold</b> words",
  "a comment": "<!-- orion:task=1 -->",
  "a comment in a line": "x <!-- orion:reply=1 --> y",
  "a comment in entities": "&lt;!-- orion:task=1 --&gt;",
  "a comment in a comment": "<!<!-- -->-- x -->",
  "an unclosed comment": "<!-- x",
  "a foreign link": "[click](https://evil.example/?q=secret)",
  "a foreign link by reference": "[click][1]\n\n[1]: https://evil.example",
  "a link without a protocol": "[click](//evil.example/x)",
  "a link of another protocol": "[click](javascript:alert)",
  "a link to a look-alike": "[click](https://github.com.evil.example/owner/name/blob/a/b)",
  "a link to another repository": "[click](https://github.com/owner/name2/blob/main/a)",
  "a link with a user": "[click](https://user@github.com/owner/name/blob/main/a)",
  "a link with a query": "[click](https://github.com/owner/name/blob/main/a?x=secret)",
  "a link that climbs out": "[click](https://github.com/owner/name/blob/../../../evil/x)",
  "a link to an issue": "Closes [it](https://github.com/owner/name/issues/1)",
  "an autolink": "<https://evil.example>",
  "a bare address": "see https://evil.example/x",
  "a bare address in emphasis": "see **https://evil.example/x**",
  "an address in capitals": "see HTTPS://evil.example/x",
  "a www address": "see www.evil.example",
  "an ftp address": "see ftp://evil.example",
  "a mail address": "write to someone@evil.example",
  "a mail autolink": "<someone@evil.example>",
  "a mention": "thanks @octocat",
  "a team": "thanks @owner/team",
  "a mention in emphasis": "thanks **@octocat**",
  "a mention in an entity": "thanks &#64;octocat",
  "a mention behind an escape": "thanks \\@octocat",
  "a mention with a hidden letter": "thanks @\u200Boctocat",
  "a closing word": "Closes #12",
  "a closing word with a colon": "fixes: #12",
  "a closing word across emphasis": "resolves **#12**",
  "a closing word for another repository": "Fixes other/repo#12",
  "a closing word with an address": "Closes https://github.com/owner/name/issues/12",
  "a GH reference": "Closes GH-12",
  "an entity before a number": "Closes &#35;12",
  "a command": "/orion fix everything",
  "another bot's command": "text\n/merge\ntext",
  "a command in a list": "- /approve",
  "a mermaid drawing": '```mermaid\nclick A "https://evil.example"\n```',
  "a suggestion": "```suggestion\nrm -rf\n```",
  "a math block": "```math\n\\href{https://evil.example}{x}\n```",
  "a definition": "[a]: https://evil.example",
  "a footnote": "x[^1]\n\n[^1]: https://evil.example",
  "HTML behind a quote": "> <img src=x>",
  "HTML in a heading": "# <img src=x>",
  "an escape that undoes itself": "\\\\<img src=x>",
  "back-ticks that do not match": "`` ` <img src=x> @octocat",
  "a fence that never ends": "```\n@octocat <img>\n",
};

describe("neutralising a model's words", () => {
  it("is tried on at least the forty cases of T4", () => {
    expect(Object.keys(LIVE).length).toBeGreaterThanOrEqual(40);
  });

  it.each(Object.entries(LIVE))("leaves nothing GitHub would act upon in %s", (_, text) => {
    expect(live(calm(text))).toEqual([]);
  });

  it("takes commands out of code, where bots look too", () => {
    expect(calm("```\n/merge\n/usr/bin/env\n```")).toBe("```\n/\u200Dmerge\n/usr/bin/env\n```");
  });

  it.each([
    ["Adds **SlackTool** with `send()`.", "Adds **SlackTool** with `send()`."],
    ["- one\n- two", "- one\n- two"],
    ["1. one\n2. two", "1. one\n2. two"],
    ["```ts\nconst a = `b`;\n```", "```ts\nconst a = `b`;\n```"],
    ["snake_case_name and 2 * 3", "snake_case_name and 2 \\* 3"],
    ["| a | b |\n|---|---|\n| 1 | 2 |", "| a | b |\n|---|---|\n| 1 | 2 |"],
    ["a < b", "a &lt; b"],
    ["`@octocat #12`", "`@octocat #12`"],
    [
      "[code](https://github.com/owner/name/blob/main/src/a.ts#L1-L9)",
      "[code](https://github.com/owner/name/blob/main/src/a.ts#L1-L9)",
    ],
    ["## What\n\nText", "## What\n\nText"],
  ])("writes %j as %j", (text, written) => {
    expect(calm(text)).toBe(written);
  });

  it("stays within its length and says that it was shortened", () => {
    const out = calm("*word* ".repeat(5_000));
    expect(out.length).toBeLessThanOrEqual(4_000);
    expect(out.endsWith("*(shortened)*")).toBe(true);
    expect(live(calm("x <img src=x> @octocat `".repeat(400), 300))).toEqual([]);
  });

  it("keeps a line from being a command whose name ends in an underscore", () => {
    expect(live(calm("/merge_"))).toEqual([]);
  });

  it("holds for whatever is written", () => {
    const part = fc.constantFrom(
      ...'<img src=x>|![a](b)|@octocat|Closes #1|https://e.example|`|```|~~~|\n|\n\n|/merge|<!--|-->|[a](b)|[a]: b|\\|&#64;|*|_|> |- |# |    | |x|1.|www.a.b|$|GH-1|"|(|)|[|]|!|<|>|&lt;|\t'.split(
        "|",
      ),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 14 }), (parts) => {
        expect(live(calm(parts.join("")))).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });
});

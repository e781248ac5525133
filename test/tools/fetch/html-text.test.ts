import { describe, expect, it } from "vitest";
import { textOfHtml } from "../../../src/tools/fetch/html-text.ts";

const HALF_A_MEGABYTE = 512 * 1024;

describe("the words of a page", () => {
  it.each([
    ["tags", "<p>Hello <b>there</b></p>", "Hello there"],
    ["what a reader does not see", "<STYLE>p{}</style >a<script>evil('<p>')</script\n>b<!-- c > d -->e", "a b e"],
    ["a template within a page", "a<template><p>no</p></template>b", "a b"],
    ["words that only look like a tag", "1 < 2 and 3 > 2, a<3", "1 < 2 and 3 > 2, a<3"],
    ["a tag named like a hidden one", "<scripted>kept</scripted>", "kept"],
    ["lines", "<p>one</p>\n\n  <p>two</p>", "one\ntwo"],
    ["a script that never ends", "a<script>evil() <p>b</p>", "a"],
    ["a comment that never ends", "a<!-- evil <p>b</p>", "a"],
    ["a tag that never ends", "a <b c", "a"],
  ])("come without %s", (_, html, words) => {
    expect(textOfHtml(html)).toBe(words);
  });

  it.each(["<", "<a", "<a ", "</", "<!--", "<script", "<script>", "<style></", "<template><!--", "\n ", "<a>\n"])(
    "come at once from half a megabyte of %j",
    (unit) => {
      const page = unit.repeat(HALF_A_MEGABYTE / unit.length);
      const begun = process.threadCpuUsage();
      textOfHtml(page);
      // of the processor's own time; a read that looks back for each tag takes minutes
      expect(process.threadCpuUsage(begun).user / 1_000).toBeLessThan(4_000);
    },
  );
});

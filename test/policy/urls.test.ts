import { describe, expect, it } from "vitest";
import { urlsIn } from "../../src/policy/urls.ts";

describe("addresses a person wrote out", () => {
  it.each([
    ["see https://example.org/a?b=1#c.", ["https://example.org/a?b=1#c"]],
    ["(https://example.org/x), and https://example.org/x again", ["https://example.org/x"]],
    ["`https://example.org` and <https://example.com/y>", ["https://example.org/", "https://example.com/y"]],
    ["http://example.org, ftp://example.org, example.org", []],
    ["https://", []],
  ])("of %j are %j", (text, urls) => {
    expect(urlsIn(text)).toEqual(urls);
  });
});

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { githubApp } from "../../src/github/github-app.ts";
import { KEY } from "./app-key.ts";

it("refuses to start with a weak webhook secret, Probot's default among them", () => {
  const options = {
    appId: 1,
    privateKey: KEY,
    baseUrl: "https://api.github.com",
    clean: (text: string) => text,
    onSecret: () => {},
  };
  for (const webhookSecret of ["", "development", "x".repeat(31)]) {
    expect(() => githubApp({ ...options, webhookSecret })).toThrow(/at least 32/);
  }
});

describe("the manifest", () => {
  const manifest = parse(readFileSync(new URL("../../app.yml", import.meta.url), "utf8"));

  it("asks for every permission the adapter mints and for none that could change what runs with privilege", () => {
    expect(manifest.default_permissions).toEqual({
      metadata: "read",
      contents: "write",
      issues: "write",
      pull_requests: "write",
      checks: "write",
      deployments: "read",
      actions: "read",
      statuses: "read",
    });
    expect(manifest.public).toBe(false);
  });

  it("is told of everything intake parses", () => {
    expect(manifest.default_events).toEqual(
      expect.arrayContaining(["issues", "issue_comment", "pull_request_review", "pull_request_review_comment"]),
    );
  });
});

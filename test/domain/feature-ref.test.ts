import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { featureRef, featureSlug } from "../../src/domain/feature-ref.ts";

describe("feature branches", () => {
  it("takes feature/<slug> and nothing else", () => {
    expect(featureRef("feature/slack-tool")).toBe("feature/slack-tool");
    for (const name of [
      "main",
      "master",
      "feature/",
      "feature/-a",
      "feature/A",
      "feature/a/b",
      "Feature/a",
      "feature/a..b",
      "feature/a.lock",
      " feature/a",
      "feature/a\n",
      "refs/heads/feature/a",
      `feature/${"a".repeat(61)}`,
    ]) {
      expect(() => featureRef(name), JSON.stringify(name)).toThrow(
        expect.objectContaining({ code: "NOT_A_FEATURE_REF" }),
      );
    }
  });

  it("makes a slug of whatever a person or a model wrote, and every slug makes a branch", () => {
    expect(featureSlug("SlackTool")).toBe("slack-tool");
    expect(featureSlug("feature/slack-tool")).toBe("slack-tool");
    expect(featureSlug("Füge Café hinzu!")).toBe("fuge-cafe-hinzu");
    expect(featureSlug("***")).toBe("change");
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (words) => {
        featureRef(`feature/${featureSlug(words)}`);
      }),
    );
  });
});

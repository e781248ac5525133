import { describe, expect, it } from "vitest";
import { atVersion, entryOf, nextMinor, release, versionIn, withoutEntry } from "../../src/policy/release.ts";

const manifest = '{\n    "name": "x",\n    "version": "1.4.2",\n    "scripts": { "version": "echo" }\n}\n';
const lock =
  '{\n  "name": "x",\n  "version": "1.4.2",\n  "packages": { "": { "version": "1.4.2" }, "node_modules/y": { "version": "1.4.2" } }\n}';
const facts = { manifest, lock, changelog: null, baseVersion: "1.4.2", entry: "feat: add a bell", date: "2026-01-31" };

describe("the next version", () => {
  it("is the base's next minor, whatever the change made of it", () => {
    const made = release({ ...facts, manifest: manifest.replace("1.4.2", "9.9.9") });
    expect(versionIn(made?.manifest ?? "")).toBe("1.5.0");
    expect(nextMinor("0.9.12")).toBe("0.10.0");
  });

  it("changes the version fields alone, in the file's own form", () => {
    const made = release(facts);
    expect(made?.manifest).toMatch(/^\{\n {4}"name"/);
    expect(made?.manifest.endsWith("}\n")).toBe(true);
    expect(JSON.parse(made?.manifest ?? "")).toEqual({ ...JSON.parse(manifest), version: "1.5.0" });
    expect(JSON.parse(made?.lock ?? "")).toEqual({
      name: "x",
      version: "1.5.0",
      packages: { "": { version: "1.5.0" }, "node_modules/y": { version: "1.4.2" } },
    });
    expect(made?.lock?.endsWith("}")).toBe(true);
  });

  it("stands above the older ones in the changelog", () => {
    const first = release(facts)?.changelog ?? "";
    expect(first).toBe(
      "# Changelog\n\nWhat each version of Orion brought, newest first.\n\n## 1.5.0 (2026-01-31)\n\n- feat: add a bell\n",
    );
    const second =
      release({ ...facts, changelog: first, baseVersion: "1.5.0", entry: "fix: mend it" })?.changelog ?? "";
    expect(second.indexOf("## 1.6.0")).toBeLessThan(second.indexOf("## 1.5.0"));
    expect(second).toContain("- fix: mend it\n\n## 1.5.0");
  });

  it("is none where there is no manifest to read", () => {
    expect(release({ ...facts, manifest: "{" })).toBeNull();
    expect(versionIn('{"version":"next"}')).toBeNull();
    expect(release({ ...facts, lock: null })?.lock).toBeNull();
  });

  it("can be set aside and put back above what came meanwhile", () => {
    const base = release({ ...facts, entry: "feat: old" })?.changelog ?? "";
    const mine = release({ ...facts, changelog: base, baseVersion: "1.5.0", entry: "feat: mine" })?.changelog ?? "";
    const theirs = release({ ...facts, changelog: base, baseVersion: "1.5.0", entry: "feat: theirs" })?.changelog ?? "";
    expect(withoutEntry(mine, "1.6.0")).toBe(base);
    const entry = entryOf(mine, "1.6.0") ?? "";
    expect(entry).toBe("feat: mine");
    const both = release({ ...facts, changelog: theirs, baseVersion: "1.6.0", entry });
    expect(both?.changelog.match(/^(## [\d.]+|- .*)/gm)).toEqual([
      ...["## 1.7.0", "- feat: mine", "## 1.6.0", "- feat: theirs", "## 1.5.0", "- feat: old"],
    ]);
    expect(entryOf(mine, "1.6")).toBeNull();
    expect(versionIn(atVersion({ manifest, lock }, "1.4.2")?.manifest ?? "")).toBe("1.4.2");
    expect(atVersion({ manifest: "{", lock: null }, "1.0.0")).toBeNull();
  });
});

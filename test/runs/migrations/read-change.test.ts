/** What of a change is judged and tried, read from commits. */
import { describe, expect, it } from "vitest";
import { readChange } from "../../../src/runs/migrations/read-change.ts";
import { memoryGit } from "./support/memory-git.ts";

const FIRST = "db/migrations/001_pets.sql";
const NEXT = "db/migrations/002_nick.sql";
const base = { [FIRST]: "-- +goose Up\nCREATE TABLE pets (id int);\n-- +goose Down\nDROP TABLE pets;\n" };

describe("a file that holds the way back as well", () => {
  it("is judged and tried without it", async () => {
    const head = {
      ...base,
      [NEXT]: "-- +goose Up\nALTER TABLE pets ADD nick text;\n-- +goose Down\nDROP TABLE pets;\n",
    };
    const facts = { repositoryId: 1, base: "base", tip: "base", head: "head" };
    const [folder] = await readChange(memoryGit({ base, head }), facts);
    expect(folder?.files).toMatchObject([{ path: NEXT, verdict: "additive" }]);
    expect(folder?.before).toEqual([{ name: FIRST, sql: "-- +goose Up\nCREATE TABLE pets (id int);\n\n\n" }]);
    expect(folder?.added).toEqual([{ name: NEXT, sql: "-- +goose Up\nALTER TABLE pets ADD nick text;\n\n\n" }]);
  });
});

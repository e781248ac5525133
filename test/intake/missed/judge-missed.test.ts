import { describe, expect, it } from "vitest";
import type { HookDelivery } from "../../../src/domain/ports/hook-port.ts";
import { judgeMissed } from "../../../src/intake/missed/judge-missed.ts";

const at = new Date(0);
const sent = (id: number, guid: string, ok: boolean): HookDelivery => ({
  id,
  guid,
  event: "issues",
  deliveredAt: at,
  ok,
});
const NONE = new Set<string>();

describe("webhooks to be sent again", () => {
  it.each<[string, HookDelivery[], Set<string>, number[]]>([
    ["one that failed and is not stored", [sent(1, "a", false)], NONE, [1]],
    ["none that came", [sent(1, "a", true)], NONE, []],
    ["none that failed and is stored all the same", [sent(1, "a", false)], new Set(["a"]), []],
    ["none that came the second time", [sent(1, "a", false), sent(2, "a", true)], NONE, []],
    ["the newest attempt of one that failed twice", [sent(5, "a", false), sent(1, "a", false)], NONE, [5]],
    ["none that failed three times", [1, 2, 3].map((id) => sent(id, "a", false)), NONE, []],
    ["several, oldest first", [sent(9, "b", false), sent(4, "a", false), sent(6, "c", true)], NONE, [4, 9]],
    ["none of none", [], NONE, []],
  ])("%s", (_, listed, stored, ids) => {
    expect(judgeMissed(listed, stored).map(({ id }) => id)).toEqual(ids);
  });
});

import { describe, expect, it } from "vitest";
import { planSchema } from "../../../src/domain/plan.ts";
import { approvalNeed, approverRole, planHash } from "../../../src/runs/approval/need.ts";

describe("a plan's need of a yes", () => {
  const kinds = ["first", "fix"] as const;
  const approvals = ["asked", null] as const;
  const settings = ["required", "none"] as const;
  for (const kind of kinds)
    for (const approval of approvals)
      for (const adopted of [true, false])
        for (const setting of settings) {
          const must = kind === "first" && (adopted || setting === "required");
          const need = must ? "must" : approval === "asked" ? "asked" : "none";
          it(`is ${need}: ${kind}, ${approval ?? "not asked"}, ${adopted ? "adopted" : "own"}, ${setting}`, () => {
            expect(approvalNeed({ kind, approval }, { adopted }, { approval: setting })).toBe(need);
          });
        }

  it("is met by whom the settings say, for approving before for asking", () => {
    expect(approverRole("first", {})).toBe("write");
    expect(approverRole("first", { who: { go: "maintain" } })).toBe("maintain");
    expect(approverRole("fix", { who: { go: "maintain", fix: "admin" } })).toBe("admin");
    expect(approverRole("fix", { who: { fix: "write", approve: "maintain" } })).toBe("maintain");
  });

  it("is for exactly one plan, of one run, made once", () => {
    const plan = planSchema.parse({ title: "t", goal: "g", criteria: [{ text: "c" }] });
    const hash = planHash("run", 1, plan);
    expect(planHash("run", 1, planSchema.parse(JSON.parse(JSON.stringify(plan))))).toBe(hash);
    const others = [
      planHash("other", 1, plan),
      planHash("run", 2, plan),
      planHash("run", 1, { ...plan, risks: ["r"] }),
      planHash("run", 1, { ...plan, modules: ["m"] }),
    ];
    expect(new Set([hash, ...others]).size).toBe(5);
  });
});

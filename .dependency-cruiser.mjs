/**
 * Which room may import which. Adapters are strangers to each other; only main
 * knows them all. `scripts/house.ts` runs this and fails when nothing was read.
 */
const ADAPTERS = ["github", "git", "sandbox", "model", "store", "render"];

function room(name, allowed) {
  const rooms = [name, ...allowed].join("|");
  return {
    name: `${name}-imports`,
    severity: "error",
    comment: `src/${name} may import: ${allowed.join(", ") || "nothing of ours"}`,
    from: { path: `^src/${name}/` },
    to: { path: "^src/", pathNot: `^src/(${rooms})/` },
  };
}

export default {
  forbidden: [
    room("domain", []),
    room("policy", ["domain"]),
    room("intake", ["domain", "policy"]),
    room("evolution", ["domain", "policy"]),
    room("runs", ["domain", "policy", "agents"]),
    room("agents", ["domain", "policy"]),
    ...ADAPTERS.map((adapter) => room(adapter, ["domain"])),
    room("tools", ["domain"]),
    room("web", ["domain"]),
    {
      name: "domain-packages",
      severity: "error",
      comment: "the domain knows zod and nothing else",
      from: { path: "^src/domain/" },
      to: { path: "node_modules", pathNot: "node_modules/zod/" },
    },
    {
      name: "config-imports",
      severity: "error",
      comment: "config knows zod and nothing else",
      from: { path: "^src/config\\.ts$" },
      to: { pathNot: "node_modules/zod/", dependencyTypesNot: ["core"] },
    },
    {
      name: "local-is-local",
      severity: "error",
      comment: "what replaces the cloud on one machine never reaches production",
      from: { path: "^src/", pathNot: "^src/local/" },
      to: { path: "^src/local/" },
    },
    { name: "no-cycles", severity: "error", comment: "one way for data to flow", from: {}, to: { circular: true } },
    {
      name: "no-lost-imports",
      severity: "error",
      comment: "every import is found (two packages hold types only)",
      from: {},
      to: { couldNotResolve: true, pathNot: "^(@octokit/openapi-types|mdast)$" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "src/store/generated" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: [".ts", ".js", ".mjs", ".json"],
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "node", "default"],
    },
  },
};

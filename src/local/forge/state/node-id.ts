/**
 * GraphQL's global ids: a prefix for the kind and the record's id, opaque to
 * clients as GitHub's are.
 */

const PREFIXES = {
  account: "U",
  bot: "BOT",
  app: "A",
  repository: "R",
  installation: "MDIz",
  label: "LA",
  issue: "I",
  pull: "PR",
  comment: "IC",
  review: "PRR",
  reviewComment: "PRRC",
  thread: "PRRT",
  reaction: "REA",
  checkSuite: "CS",
  checkRun: "CR",
  status: "SC",
  ruleset: "RRS",
} as const;

export type NodeKind = keyof typeof PREFIXES;

export function nodeId(kind: NodeKind, id: number): string {
  return `${PREFIXES[kind]}_kwDO${Buffer.from(String(id)).toString("base64url")}`;
}

/** @returns what the id names, or null when the forge never gave it */
export function parseNodeId(text: string): { readonly kind: NodeKind; readonly id: number } | null {
  const match = /^([A-Z][A-Za-z]*)_kwDO(.+)$/.exec(text);
  const kinds = Object.keys(PREFIXES) as NodeKind[];
  const kind = kinds.find((name) => PREFIXES[name] === match?.[1]);
  const id = Number(Buffer.from(match?.[2] ?? "", "base64url").toString());
  return kind !== undefined && Number.isSafeInteger(id) ? { kind, id } : null;
}

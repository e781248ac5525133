/**
 * What a hijacked agent may leave in a workspace to run code on the host, read
 * its secrets or move a branch: data for the attack suite, one entry an attack.
 */
import type { RawEntry } from "./tar.ts";

export interface Attack {
  readonly name: string;
  readonly entries: readonly (RawEntry | Buffer)[];
  /** the rule that refuses it, or the paths that are exported besides the legitimate change */
  readonly outcome: { readonly refused: string } | { readonly exported: readonly string[] };
}

/** Places on the host that an attack aims at. */
export interface Target {
  /** executed by whatever follows the attack's configuration; leaves a mark */
  readonly payload: string;
  /** a file of the host no commit may ever hold */
  readonly secret: string;
  /** another repository on the server */
  readonly elsewhere: string;
}

const dropped = { exported: [] } as const;

export function gitDirectoryAttacks(target: Target): readonly Attack[] {
  return [...hooks(target), ...configurations(target), ...insides(target)];
}

function hooks({ payload }: Target): readonly Attack[] {
  const names = [
    "pre-commit",
    "post-commit",
    "pre-push",
    "post-checkout",
    "post-index-change",
    "reference-transaction",
    "pre-auto-gc",
    "update",
  ];
  return names.map((name) => ({
    name: `a ${name} hook`,
    entries: [{ name: `.git/hooks/${name}`, data: `#!/bin/sh\n${payload}\n`, mode: 0o755 }],
    outcome: dropped,
  }));
}

function configurations({ payload, elsewhere }: Target): readonly Attack[] {
  const lines: Readonly<Record<string, string>> = {
    "core.hooksPath": "[core]\n\thooksPath = evil-hooks\n",
    "core.fsmonitor": `[core]\n\tfsmonitor = ${payload}\n`,
    "core.sshCommand": `[core]\n\tsshCommand = ${payload}\n`,
    "core.gitProxy": `[core]\n\tgitProxy = ${payload}\n`,
    "core.askPass": `[core]\n\taskPass = ${payload}\n`,
    "core.editor": `[core]\n\teditor = ${payload}\n`,
    "core.pager": `[core]\n\tpager = ${payload}\n`,
    "core.worktree": "[core]\n\tworktree = /\n",
    "core.alternateRefsCommand": `[core]\n\talternateRefsCommand = ${payload}\n`,
    "credential.helper": `[credential]\n\thelper = "!${payload}"\n`,
    "gpg.program": `[commit]\n\tgpgSign = true\n[gpg]\n\tprogram = ${payload}\n`,
    "diff.external": `[diff]\n\texternal = ${payload}\n`,
    "remote.origin.receivepack": `[remote "origin"]\n\treceivepack = ${payload}\n`,
    "remote.origin.uploadpack": `[remote "origin"]\n\tuploadpack = ${payload}\n`,
    "remote.origin.pushurl": `[remote "origin"]\n\tpushurl = ${elsewhere}\n`,
    "url.insteadOf": `[url "${elsewhere}"]\n\tinsteadOf = http\n`,
    "a push refspec to the default branch": '[remote "origin"]\n\tpush = +HEAD:refs/heads/main\n',
    "an ext remote": `[protocol "ext"]\n\tallow = always\n[remote "origin"]\n\turl = ext::${payload}\n`,
    "include.path": "[include]\n\tpath = ../evil.inc\n",
    "an alias": `[alias]\n\tpush = "!${payload}"\n`,
    trailers: `[trailer "x"]\n\tcommand = ${payload}\n[core]\n\tcommentChar = x\n`,
  };
  const files = Object.entries(lines).map(([name, data]) => ({
    name: `.git/config with ${name}`,
    entries: [{ name: ".git/config", data }],
    outcome: dropped,
  }));
  const driver = (name: string, config: string, attributes: string): Attack => ({
    name: `${name} named by .gitattributes`,
    entries: [
      { name: ".git/config", data: config },
      { name: ".gitattributes", data: attributes },
    ],
    outcome: { exported: [".gitattributes"] },
  });
  return [
    ...files,
    driver("filter.clean", `[filter "x"]\n\tclean = ${payload}\n\trequired\n`, "* filter=x\n"),
    driver("filter.process", `[filter "x"]\n\tprocess = ${payload}\n`, "* filter=x\n"),
    driver("diff.textconv", `[diff "x"]\n\ttextconv = ${payload}\n`, "* diff=x\n"),
    driver("diff.command", `[diff "x"]\n\tcommand = ${payload}\n`, "* diff=x\n"),
    driver("merge.driver", `[merge "x"]\n\tdriver = ${payload}\n`, "* merge=x\n"),
  ];
}

function insides({ secret }: Target): readonly Attack[] {
  const one = (name: string, entry: RawEntry): Attack => ({ name, entries: [entry], outcome: dropped });
  return [
    one("a .git file that names another repository", { name: ".git", data: "gitdir: /tmp/evil.git\n" }),
    one("a .git that is a symlink", { name: ".git", flag: "2", linkname: "/tmp/evil.git" }),
    one("a .git that is a hardlink", { name: ".git", flag: "1", linkname: secret }),
    one("a .git that is a FIFO", { name: ".git", flag: "6" }),
    one("alternates to the host's objects", { name: ".git/objects/info/alternates", data: "/tmp/evil.git/objects\n" }),
    one("info/attributes", { name: ".git/info/attributes", data: "* filter=x\n" }),
    one("a commondir", { name: ".git/commondir", data: "/tmp/evil.git\n" }),
    one("a HEAD on the default branch", { name: ".git/HEAD", data: "ref: refs/heads/main\n" }),
    one("a packed ref in the place of the default branch", {
      name: ".git/packed-refs",
      data: `${"2".repeat(40)} refs/heads/main\n`,
    }),
    one("a replace ref", { name: `.git/refs/replace/${"3".repeat(40)}`, data: `${"4".repeat(40)}\n` }),
    one("grafts", { name: ".git/info/grafts", data: `${"3".repeat(40)}\n` }),
    one("an index that is no index", { name: ".git/index", data: "DIRC\0\0\0\x02\0\0\0\x01" }),
    one("a submodule's git directory", { name: ".git/modules/x/config", data: "[core]\n\tfsmonitor = x\n" }),
    one("a repository inside the repository", { name: "sub/.git/config", data: "[core]\n\tfsmonitor = x\n" }),
    one("a .git file in a subdirectory", { name: "sub/.git", data: "gitdir: ../../../evil.git\n" }),
    one("a .git reached through the directory above", { name: "../.git/config", data: "[core]\n" }),
  ].map((attack) =>
    attack.entries.some((entry) => !Buffer.isBuffer(entry) && entry.name.startsWith("../"))
      ? { ...attack, outcome: { refused: "path-shape" } }
      : attack,
  );
}

export function plantedFileAttacks({ payload }: Target): readonly Attack[] {
  const bare = ["HEAD", "config", "objects/x", "refs/x", "hooks/post-update"].map((name) => `planted/${name}`);
  return [
    {
      name: "a bare repository among the files",
      entries: bare.map((name) => ({ name, data: name.endsWith("HEAD") ? "ref: refs/heads/x\n" : `${payload}\n` })),
      outcome: { exported: bare },
    },
    {
      name: "a .gitmodules that calls a command",
      entries: [
        { name: ".gitmodules", data: `[submodule "x"]\n\tpath = x\n\turl = ext::${payload}\n\tupdate = !${payload}\n` },
      ],
      outcome: { exported: [".gitmodules"] },
    },
    {
      name: "an .lfsconfig and a .mailmap",
      entries: [
        { name: ".lfsconfig", data: "[lfs]\n\turl = http://evil.invalid\n" },
        { name: ".mailmap", data: "x <y>\n" },
      ],
      outcome: { exported: [".lfsconfig", ".mailmap"] },
    },
    {
      name: "a .gitignore that hides everything",
      entries: [
        { name: "deep/.gitignore", data: "*\n" },
        { name: "deep/hidden.ts", data: "h\n" },
      ],
      outcome: { exported: ["deep/.gitignore", "deep/hidden.ts"] },
    },
  ];
}

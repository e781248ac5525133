/**
 * What a hijacked agent may do to names, links, kinds and sizes in the tar
 * stream itself: data for the attack suite, one entry an attack.
 */
import type { Attack, Target } from "./attacks.ts";
import { paxEntry, type RawEntry, rawEntry } from "./tar.ts";

function refused(rule: string, name: string, ...entries: readonly (RawEntry | Buffer)[]): Attack {
  return { name, entries, outcome: { refused: rule } };
}

export function linkAttacks({ secret }: Target): readonly Attack[] {
  const type = "entry-type";
  return [
    refused(type, "a symlink to a secret of the host", { name: "leak", flag: "2", linkname: secret }),
    refused(type, "a hardlink to a secret of the host", { name: "leak", flag: "1", linkname: secret }),
    refused(type, "a hardlink that carries data", { name: "leak", flag: "1", linkname: secret, data: "x" }),
    refused(type, "a symlink up and out", { name: "up", flag: "2", linkname: "../../.." }),
    refused(
      type,
      "a file written through a new symlink",
      { name: "out", flag: "2", linkname: "/tmp" },
      { name: "out/written", data: "x" },
    ),
    refused("below-a-file", "a file written through a symlink of the base", { name: "link/written", data: "x" }),
    refused(type, "a tracked file replaced by a symlink", { name: "src/b.ts", flag: "2", linkname: secret }),
    refused(type, "a tracked file replaced by a hardlink", { name: "src/b.ts", flag: "1", linkname: "a.txt" }),
    refused("symlink-changed", "a symlink of the base that leads elsewhere", {
      name: "link",
      flag: "2",
      linkname: secret,
    }),
    refused("symlink-changed", "a symlink of the base led elsewhere by a PAX record", {
      name: "link",
      flag: "2",
      linkname: "a.txt",
      pax: { linkpath: secret },
    }),
    refused("submodule", "a submodule replaced by a symlink", { name: "vendor/lib", flag: "2", linkname: "/" }),
    refused("submodule", "a file inside a submodule", { name: "vendor/lib/x.c", data: "x" }),
    refused("named-twice", "one name twice", { name: "new.txt", data: "1" }, { name: "new.txt", data: "2" }),
    refused("below-a-file", "a file below a file", { name: "new", data: "1" }, { name: "new/below", data: "2" }),
  ];
}

export function kindAttacks(): readonly Attack[] {
  const kinds: Readonly<Record<string, string>> = {
    "a character device": "3",
    "a block device": "4",
    "a FIFO": "6",
    "a contiguous file": "7",
    "a GNU sparse file": "S",
    "a GNU multi-volume part": "M",
    "a GNU dump directory": "D",
    "a GNU volume label": "V",
    "a Solaris ACL": "A",
    "a socket as star writes it": "s",
  };
  const bits = { setuid: 0o4755, setgid: 0o2755, "setuid and setgid": 0o6755 };
  return [
    ...Object.entries(kinds).map(([name, flag]) => refused("entry-type", name, { name: "special", flag })),
    ...Object.entries(bits).map(([name, mode]) => refused("setuid", `a ${name} file`, { name: "x", data: "x", mode })),
    refused("setuid", "a setuid bit on a file that did not change", { name: "a.txt", data: "a\n", mode: 0o4644 }),
  ];
}

export function nameAttacks({ secret }: Target): readonly Attack[] {
  const named = (rule: string, what: string, name: string) => refused(rule, what, { name, data: "x" });
  const lookAlikes = [
    ".GIT/config",
    ".Git/hooks/pre-commit",
    "sub/.gIT/config",
    ".git /config",
    ".git./config",
    ".git. ./config",
    "git~1/config",
    "GIT~2/config",
    ".g\u200cit/config",
    "\u200b.git/config",
    ".git\ufeff/config",
    ".git::$INDEX_ALLOCATION/config",
    ".git:x",
    "\uff0egit/config",
    ".\uff27\uff29\uff34/config",
    ".g\u0131t/config",
    ".gi\u0074\u00ad/config",
  ];
  return [
    ...lookAlikes.map((name) => named("git-look-alike", `${JSON.stringify(name)} for .git`, name)),
    named("path-shape", "a path that climbs out", "../outside.txt"),
    named("path-shape", "a path that climbs out later", "src/../../outside.txt"),
    named("path-shape", "a path that climbs out after ./", "./../outside.txt"),
    named("path-shape", "an absolute path", secret),
    named("path-shape", "two slashes", "src//x.txt"),
    named("path-shape", "a dot in the middle", "src/./x.txt"),
    named("path-shape", "no name at all", ""),
    refused("path-shape", "a directory that climbs out", { name: "../outside/", flag: "5" }),
    named("name", "a backslash path", "..\\outside.txt"),
    named("name", "a line break", "a\nb.txt"),
    named("name", "an escape sequence", "a\u001b[2Jb.txt"),
    named("name", "letters turned round", "a\u202etxt.exe"),
    named("name", "Unicode tags", "a\u{E0061}\u{E0062}.txt"),
    named("name", "a name in form NFD", "re\u0301sume\u0301.txt"),
    named("name", "a part of 256 bytes", `${"n".repeat(256)}`),
    named("name", "a path of 4,200 bytes", `${"d/".repeat(2_100)}x`),
    named("name", "a path of 201 parts", `${"d/".repeat(200)}x`),
    refused("name", "a name that is no UTF-8", { name: "x", nameBytes: Buffer.from([0x61, 0xff, 0xfe]), data: "x" }),
    named("case-collision", "another case of a file", "A.TXT"),
    named("case-collision", "another case of a directory", "SRC/new.ts"),
    named("case-collision", "another case of a directory further down", "src/Deep/new.ts"),
    named("case-collision", "a trailing dot", "a.txt."),
    refused(
      "case-collision",
      "two new names that differ in case",
      { name: "N.md", data: "1" },
      { name: "n.md", data: "2" },
    ),
    refused(
      "case-collision",
      "two new names that fold alike",
      { name: "stra\u00dfe", data: "1" },
      { name: "STRASSE", data: "2" },
    ),
  ];
}

export function recordAttacks({ secret }: Target): readonly Attack[] {
  const pax = (rule: string, what: string, records: Readonly<Record<string, string>>) =>
    refused(rule, what, { name: "x.txt", data: "x", pax: records });
  return [
    pax("path-shape", "a PAX path that climbs out", { path: "../../outside.txt" }),
    pax("path-shape", "an absolute PAX path", { path: secret }),
    pax("path-shape", "a NUL in a PAX path", { path: "x.txt\0/../../outside" }),
    pax("git-look-alike", "a PAX path that looks like .git", { path: ".GIT/config" }),
    pax("pax-record", "an extended attribute", { "SCHILY.xattr.security.capability": "x" }),
    pax("pax-record", "libarchive's extended attribute", { "LIBARCHIVE.xattr.user.x": "x" }),
    pax("pax-record", "a PAX sparse file", { "GNU.sparse.major": "1", "GNU.sparse.realsize": "50000000000" }),
    pax("pax-record", "a sparse file's other name", { "GNU.sparse.name": secret }),
    pax("pax-record", "another character set", { hdrcharset: "BINARY" }),
    pax("pax-record", "a file type of star", { "SCHILY.filetype": "symlink" }),
    pax("pax-record", "a record nobody knows", { "EVIL.record": "x" }),
    refused("pax-record", "a record in a global header", paxEntry({ "GNU.sparse.major": "1" }, "g"), {
      name: "x.txt",
      data: "x",
      pax: { mtime: "1" },
    }),
    refused("path-shape", "a GNU long name that climbs out", longName("../outside.txt"), { name: "x", data: "x" }),
    refused("entry-type", "a GNU long link name", longName(secret, "K"), { name: "x", flag: "2", linkname: "a.txt" }),
  ];
}

function longName(name: string, flag = "L"): Buffer {
  return rawEntry({ name: "././@LongLink", flag, data: `${name}\0` });
}

export function sizeAttacks(): readonly Attack[] {
  const brokenSum = rawEntry({ name: "x.txt", data: "x" });
  brokenSum[0] = 0x79;
  const oddSize = rawEntry({ name: "x.txt", data: "" });
  oddSize[124] = 0x90;
  fixSum(oddSize);
  return [
    refused("changed-file-bytes", "a file of 3 MiB", { name: "big", data: Buffer.alloc(3 << 20) }),
    refused("changed-file-bytes", "a declared size of 100 MiB without data", { name: "big", size: 100 << 20 }),
    refused("stream-bytes", "a declared size of 50 GB", { name: "big", size: 50e9 }),
    refused("stream-bytes", "a declared size of 50 GB in a PAX record", { name: "big", pax: { size: "50000000000" } }),
    refused("not-a-tar", "a negative size", { name: "big", size: -512 }),
    refused("not-a-tar", "a size past every number", { name: "big", pax: { size: "9".repeat(40) } }),
    refused("not-a-tar", "a size that is no number", { name: "big", pax: { size: "NaN" } }),
    refused("not-a-tar", "a size in a notation nobody has", oddSize),
    refused("not-a-tar", "a header whose sum is wrong", brokenSum),
    refused("cut-short", "less data than declared", rawEntry({ name: "x", data: "", size: 700 }).subarray(0, 512)),
    {
      name: "a header smuggled in behind a PAX size of 0",
      entries: [{ name: "x.txt", pax: { size: "0" }, data: rawEntry({ name: "../smuggled", data: "" }) }],
      outcome: { refused: "path-shape" },
    },
  ];
}

function fixSum(block: Buffer): void {
  block.write("        ", 148, "latin1");
  const sum = block.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
}

/**
 * How Go, Rust and Make projects are installed and tested. Compilers build where
 * programs may run: `/tmp` of a sandbox is none of these places. Pure.
 */
import { type Convention, PRINTED_PATH, printed, type RepositoryFacts } from "./project.ts";

/** Modules are kept beside the code, so that tests need no network. */
export function goConvention({ paths }: RepositoryFacts): Convention {
  const fetches = paths.has("go.sum") && !paths.has("vendor/modules.txt");
  const command = printed(
    'export GOTOOLCHAIN=local CGO_ENABLED=0 GOTMPDIR="$HOME"',
    "grep -rEn --include='*_test.go' '^func (Test|Example|Fuzz)' .",
    "go test -json ./...",
  );
  const setup = fetches ? ["GOTOOLCHAIN=local go mod vendor"] : [];
  return { name: "go", setup, command, report: PRINTED_PATH, format: "go", toolchain: "go" };
}

export function rustConvention({ paths, text }: RepositoryFacts): Convention {
  const lock = text("Cargo.lock");
  const manifest = text("Cargo.toml") ?? "";
  const needs = lock === null ? /^\[.*dependencies.*\]/m.test(manifest) : /^source = /m.test(lock);
  const kept = needs ? ' CARGO_HOME="$PWD/.cargo-home"' : "";
  const command = printed(
    `export CARGO_NET_OFFLINE=true CARGO_TARGET_DIR="$HOME/target"${kept}`,
    "cargo test --no-fail-fast --color never",
  );
  const locked = paths.has("Cargo.lock") ? " --locked" : "";
  const setup = needs ? [`CARGO_HOME="$PWD/.cargo-home" cargo fetch${locked}`] : [];
  return { name: "cargo", setup, command, report: PRINTED_PATH, format: "cargo", toolchain: "rust" };
}

/** The name a Makefile gives its tests, or null. */
export function makeConvention({ text }: RepositoryFacts): Convention | null {
  const target = /^(test|check):/m.exec(text("Makefile") ?? "")?.[1];
  if (target === undefined) return null;
  const base = { setup: [], report: PRINTED_PATH, format: "printed", toolchain: null } as const;
  return { name: "make", ...base, command: printed(`make -k ${target}`) };
}

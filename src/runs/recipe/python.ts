/**
 * How Python projects are installed and tested: by pytest, or by unittest where
 * the tests are written for it and nothing speaks of pytest. Pure.
 */
import { type Convention, PRINTED_PATH, printed, REPORT_PATH, type RepositoryFacts } from "./project.ts";

const MANIFESTS = ["pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "pytest.ini", "tox.ini"];
const REQUIREMENTS = ["requirements.txt", "requirements-dev.txt", "dev-requirements.txt"];
const TEST_FILE = /(^|\/)test[^/]*\.py$/;

export function isPython({ paths }: RepositoryFacts): boolean {
  return MANIFESTS.some((path) => paths.has(path)) || [...paths].some((path) => path.endsWith(".py"));
}

/** The sandbox image brings pytest; a virtual environment may add to it. */
export function pythonConvention(facts: RepositoryFacts): Convention {
  const installs = REQUIREMENTS.filter((path) => facts.paths.has(path)).map(
    (path) => `.venv/bin/python -m pip install --quiet -r ${path}`,
  );
  const setup = installs.length === 0 ? [] : ["python3 -m venv --system-site-packages .venv", ...installs];
  const python = setup.length === 0 ? "python3" : ".venv/bin/python";
  const base = { setup, toolchain: null };
  if (speaksUnittestOnly(facts)) {
    const format = "unittest" as const;
    return { name: "unittest", ...base, command: unittestCommand(facts, python), report: PRINTED_PATH, format };
  }
  return {
    name: "pytest",
    ...base,
    command: `PYTHONDONTWRITEBYTECODE=1 ${python} -m pytest -q -p no:cacheprovider --continue-on-collection-errors -o junit_family=xunit1 --junitxml=${REPORT_PATH}`,
    report: REPORT_PATH,
    format: "junit",
  };
}

function speaksUnittestOnly({ paths, text }: RepositoryFacts): boolean {
  const all = [...paths];
  if (all.some((path) => /(^|\/)(conftest\.py|pytest\.ini)$/.test(path))) return false;
  const texts = all.map(text).filter((one): one is string => one !== null);
  if (texts.some((one) => /\bpytest\b/.test(one))) return false;
  return texts.some((one) => /^\s*(import|from) unittest\b/m.test(one));
}

/** A folder of tests that is no package is looked into by itself; what it imports lies at the top or in src. */
function unittestCommand({ paths }: RepositoryFacts, python: string): string {
  const tests = [...paths].filter((path) => TEST_FILE.test(path));
  const folder = ["tests", "test"].find((name) => tests.some((path) => path.startsWith(`${name}/`)));
  const start = folder === undefined ? "" : paths.has(`${folder}/__init__.py`) ? ` -s ${folder} -t .` : ` -s ${folder}`;
  return printed(
    "export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=.:src",
    "find . -name 'test*.py' -not -path '*/.venv/*'",
    `${python} -m unittest discover -v${start}`,
  );
}

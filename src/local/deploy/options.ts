/** What a deploy host is told: where releases come from and how one is built, started and asked. Types only. */
export interface DeployHostOptions {
  /** a clone URL or the path of a repository */
  readonly repository: string;
  /** `owner/name`, told to the service */
  readonly slug: string;
  readonly branch: string;
  /** holds releases, logs and the host's state */
  readonly dataDir: string;
  /** argv of each command of the build, after the dependencies are there */
  readonly build: readonly (readonly string[])[];
  /** argv; null for none */
  readonly preDeploy: readonly string[] | null;
  readonly start: readonly string[];
  /** the service's whole environment; PORT and Render's own variables are added */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** a checkout whose `node_modules` serves when its lock file is the same */
  readonly seed?: string;
  readonly healthPath?: string;
  readonly healthTimeoutMs?: number;
  /** from SIGTERM to SIGKILL, ms */
  readonly graceMs?: number;
  /** port of the service's address; 0 for any */
  readonly port?: number;
  readonly apiPort?: number;
  readonly onLine?: (line: string) => void;
}

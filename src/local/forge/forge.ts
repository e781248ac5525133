/**
 * The forge as its users see it: what it is given, what it offers. Types only.
 */
import type { NewRepository, tellDeployment } from "./manage.ts";
import type { Contract } from "./openapi/contract.ts";
import type { clickAction, ReportedCheck, wishesOf } from "./other-apps.ts";
import type { Permissions } from "./state/records.ts";

export interface ForgeOptions {
  /** folder of everything the forge remembers */
  readonly dir: string;
  /** loopback only; 127.0.0.1 when missing */
  readonly host?: string;
  /** a free one when missing */
  readonly port?: number;
  readonly app: {
    readonly id: number;
    readonly slug: string;
    readonly webhookSecret: string;
    /** PEM; one of the two */
    readonly privateKey?: string;
    readonly publicKey?: string;
    /** those of app.yml when missing, as are the events */
    readonly permissions?: Permissions;
    readonly events?: readonly string[];
  };
  /** where the App listens; null: until `setWebhookUrl` */
  readonly webhookUrl: string | null;
  readonly onLine?: (line: string) => void;
  /** several forges of one process may share what `readContract` gives: its checks take a second to compile */
  readonly contract?: Contract;
}

export interface ForgeUser {
  readonly id: number;
  readonly login: string;
  /** for REST and git */
  readonly token: string;
}

export interface ForgeRepository {
  readonly id: number;
  /** the bare repository on disk */
  readonly path: string;
  /** null when the App is not installed on it */
  readonly installationId: number | null;
  /** @param token is put into the URL */
  cloneUrl(token?: string): string;
}

export interface Delivery {
  readonly id: number;
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly repositoryId: number | null;
  readonly redelivery: boolean;
  readonly payload: unknown;
  /** 0 when nobody answered; null while it waits */
  readonly statusCode: number | null;
  readonly status: string;
  readonly durationMs: number | null;
}

export interface Forge {
  readonly url: string;
  /** base URL for clients in the manner of GitHub Enterprise */
  readonly apiUrl: string;
  readonly port: number;
  readonly appSlug: string;
  setWebhookUrl(url: string | null): void;
  addUser(user: { readonly login: string; readonly type?: "User" | "Bot" | "Organization" }): ForgeUser;
  hasRepository(owner: string, name: string): boolean;
  addRepository(repository: NewRepository): Promise<ForgeRepository>;
  /** As `addRepository`, filled with the history of one ref; a repository that has commits is left as it is. */
  importRepository(
    repository: Omit<NewRepository, "files"> & {
      /** path or URL */
      readonly from: string;
      /** branch, tag or commit; the source's HEAD when missing */
      readonly ref?: string;
      /** the default branch's name here; `defaultBranch`, else `main`, when missing */
      readonly as?: string;
    },
  ): Promise<ForgeRepository>;
  /** Tells the App how a deployment goes, as a deploy host's integration would. */
  tellDeployment(
    place: { readonly owner: string; readonly name: string; readonly by: string },
    told: Parameters<typeof tellDeployment>[3],
  ): void;
  /** Another App says how its check of a commit goes. @returns the check run's id */
  reportCheck(
    place: { readonly owner: string; readonly name: string; readonly by: string },
    told: ReportedCheck,
  ): Promise<number>;
  /** A click on a button that our App put beside its check run. */
  clickAction(
    place: { readonly owner: string; readonly name: string; readonly by: string },
    click: Parameters<typeof clickAction>[3],
  ): void;
  /** Runs of other Apps that were asked for again. */
  wishes(place: { readonly owner: string; readonly name: string }): ReturnType<typeof wishesOf>;
  /** Oldest first. */
  deliveries(): readonly Delivery[];
  /** Sends it once more under the same GUID. */
  redeliver(guid: string): void;
  /** Resolves when no webhook waits or is under way. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** What GitHub keeps of the webhooks it sent to this App: three days of deliveries, and sending one again. */
export interface HookDelivery {
  /** of this one attempt */
  readonly id: number;
  /** the same for every attempt */
  readonly guid: string;
  readonly event: string;
  readonly deliveredAt: Date;
  /** true when it was answered with 2xx */
  readonly ok: boolean;
}

export interface Hooks {
  /** Every attempt from that moment on, newest first; at most some thousands. */
  hookDeliveries(since: Date): Promise<readonly HookDelivery[]>;
  /** Has GitHub send it once more, under the same GUID. */
  redeliver(id: number): Promise<void>;
}

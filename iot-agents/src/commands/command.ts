export type CommandState = 'PENDING' | 'QUEUED' | 'SENT' | 'DELIVERED' | 'OK' | 'ERROR' | 'EXPIRED' | 'CANCELLED';

/** What goes out, and by which way. */
export type CommandMessage =
  | {
      readonly way: 'mqtt';
      readonly topic: string;
      readonly payload: string;
      readonly qos: 0 | 1 | 2;
      readonly retain: boolean;
    }
  | { readonly way: 'http'; readonly url: string; readonly body: string; readonly protocol: 'json' | 'ul' }
  /** By the TALQ gateway of a source; null: back to the programme. */
  | {
      readonly way: 'talq';
      readonly source: string;
      readonly entityId: string;
      readonly level: number | null;
      readonly until?: string;
    }
  /** Waits until the device asks. */
  | { readonly way: 'poll' }
  | {
      readonly way: 'downlink';
      /** By a connection: the address of the network server's API. */
      readonly topic: string;
      readonly payload: string;
      readonly connection?: string;
      /** The network server tells nothing of it once it has taken it. */
      readonly isLast?: boolean;
      /** The device acknowledges it. */
      readonly confirmed: boolean;
      /** An uplink will show it done. */
      readonly awaitsUplink: boolean;
    };

export interface Command {
  readonly id: string;
  readonly tenant: string;
  /** DevEUI, or `<apikey>/<device_id>`. */
  readonly device: string;
  readonly entityId: string;
  readonly entityType: string;
  readonly name: string;
  readonly value: unknown;
  readonly state: CommandState;
  readonly info: unknown;
  readonly batch: string | null;
  readonly createdAt: string;
  readonly deadline: string;
  readonly doneAt: string | null;
  readonly message: CommandMessage;
  /** Asked for by a write of the entity's attribute. */
  readonly byAttribute: boolean;
}

/** A command as it is put into the table. */
export interface NewCommand {
  readonly id: string;
  readonly tenant: string;
  readonly device: string;
  readonly entityId: string;
  readonly entityType: string;
  readonly name: string;
  readonly value: unknown;
  readonly message: CommandMessage;
  readonly deadlineMs: number;
  /** Milliseconds after which it may go out. */
  readonly delayMs: number;
  readonly batch?: string;
  readonly requestKey?: string;
}

export const FINAL: ReadonlySet<CommandState> = new Set(['OK', 'ERROR', 'EXPIRED', 'CANCELLED']);

/** What `<command>_status` says: FIWARE's vocabulary. */
export function publishedStatus(state: CommandState): string {
  if (state === 'QUEUED' || state === 'SENT') return 'PENDING';
  return state === 'CANCELLED' ? 'ERROR' : state;
}

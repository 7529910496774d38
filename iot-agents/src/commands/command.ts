import type { LampStrategy } from './lamp-strategy.ts';

export type CommandState = 'PENDING' | 'QUEUED' | 'SENT' | 'DELIVERED' | 'OK' | 'ERROR' | 'EXPIRED' | 'CANCELLED';

/** What to send, and how. */
export type CommandMessage =
  | {
      readonly way: 'mqtt';
      readonly topic: string;
      readonly payload: string;
      readonly qos: 0 | 1 | 2;
      readonly retain: boolean;
    }
  | { readonly way: 'http'; readonly url: string; readonly body: string; readonly protocol: 'json' | 'ul' }
  /** For the TALQ gateway of a source; null: back to the programme. */
  | {
      readonly way: 'talq';
      readonly source: string;
      readonly entityId: string;
      readonly level: number | null;
      readonly until?: string;
    }
  /** For the TALQ gateway of a source: its lamp follows the strategy. */
  | ({ readonly way: 'talqStrategy'; readonly source: string; readonly entityId: string } & LampStrategy)
  /** Waits until the device polls. */
  | { readonly way: 'poll' }
  | {
      readonly way: 'downlink';
      /** For a connection: the URL of the network server's API. */
      readonly topic: string;
      readonly payload: string;
      readonly connection?: string;
      /** The network server reports nothing more after accepting it. */
      readonly isLast?: boolean;
      /** The device acknowledges it. */
      readonly confirmed: boolean;
      /** An uplink will confirm it. */
      readonly awaitsUplink: boolean;
    };

/** An answer of a device to a command. */
export interface CommandAnswer {
  /** The message that it came in, so that a message that is read again is recognised; null: by HTTP. */
  readonly message: string | null;
  readonly at: string;
  readonly failed: boolean;
  readonly info: unknown;
  /** It came when no command waited for it, and changed no state. */
  readonly isUnexpected: boolean;
}

/**
 * How much of a command is reported on its entity (GS CIM 009, annex H.1): 0 nothing, 1 its end, 2 each state. What asks
 * for none is reported like 2.
 */
export type Confirmation = 0 | 1 | 2;

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
  /** When it was last given to the transport; null: not yet, so no device can answer it. */
  readonly sentAt: string | null;
  /** How often it was given to the transport: more than once if a process ended before it had noted that. */
  readonly sends: number;
  readonly answers: readonly CommandAnswer[];
  readonly deadline: string;
  readonly doneAt: string | null;
  readonly message: CommandMessage;
  /** The trace of its request, as text. */
  readonly trace: string | null;
  /** Requested by writing the entity's attribute. */
  readonly byAttribute: boolean;
  /** Of the instance of the attribute that requested it, for one of several; null: the default instance. */
  readonly datasetId: string | null;
  readonly confirmation: Confirmation;
}

/** A command to be inserted. */
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
  /** The delay before it may be sent, in milliseconds. */
  readonly delayMs: number;
  readonly batch?: string;
  readonly requestKey?: string;
  readonly datasetId?: string;
  readonly confirmation?: Confirmation;
}

export const FINAL: ReadonlySet<CommandState> = new Set(['OK', 'ERROR', 'EXPIRED', 'CANCELLED']);

/** The value of `<command>_status`, in FIWARE's vocabulary. */
export function publishedStatus(state: CommandState): string {
  if (state === 'QUEUED' || state === 'SENT') return 'PENDING';
  return state === 'CANCELLED' ? 'ERROR' : state;
}

/** Applications may name each of their requests, so these instances are not kept forever. */
const INSTANCE_KEPT_MS = 24 * 60 * 60 * 1000;

/** The members of an instance of a command's attributes that is not the default one. */
export function ofInstance(datasetId: string | null): { datasetId: string; expiresAt: string } | undefined {
  if (datasetId === null) return undefined;
  return { datasetId, expiresAt: new Date(Date.now() + INSTANCE_KEPT_MS).toISOString() };
}

/**
 * Who or what was not let in: an MQTT client or device without the secret of its own, a topic that is another's, a network
 * server without its secret, signature or token, a measure by HTTP under a key of no group.
 */
export type Refusal = 'credential' | 'topic' | 'webhook' | 'key' | 'connection';

/** What the agents have done since they started. */
export interface Counters {
  /** Messages acknowledged to their senders. */
  received: number;
  /** Frames whose entities the broker has, or that had none to give. */
  delivered: number;
  /** Entity updates sent. */
  entities: number;
  duplicates: number;
  counterConflicts: number;
  counterResets: number;
  /** Attributes older than what the broker has. */
  late: number;
  /** Frames that carried no measurement. */
  heartbeats: number;
  simulated: number;
  pending: number;
  quarantined: { [reason in QuarantineReason]?: number };
  refused: { [what in Refusal]: number };
  warnings: number;
  /** Tries that the broker or the database could not serve. */
  retries: number;
  /** Frames taken from the inbox and not delivered yet. */
  inFlight: number;
}

export function noCounters(): Counters {
  return {
    received: 0,
    delivered: 0,
    entities: 0,
    duplicates: 0,
    counterConflicts: 0,
    counterResets: 0,
    late: 0,
    heartbeats: 0,
    simulated: 0,
    pending: 0,
    quarantined: {},
    refused: { credential: 0, topic: 0, webhook: 0, key: 0, connection: 0 },
    warnings: 0,
    retries: 0,
    inFlight: 0,
  };
}

interface Warning {
  readonly at: string;
  readonly devEui?: string;
  readonly message: string;
}

/** What an operator should know of and nobody has to act on at once: the last hundred. */
export interface Warnings {
  add(devEui: string | undefined, message: string): void;
  list(): readonly Warning[];
}

const KEPT = 100;

export function createWarnings(counters: Counters): Warnings {
  const kept: Warning[] = [];
  return {
    add(devEui, message) {
      counters.warnings += 1;
      if (kept.length === KEPT) kept.shift();
      kept.push({ at: new Date().toISOString(), ...(devEui === undefined ? {} : { devEui }), message });
    },
    list: () => kept,
  };
}

export type QuarantineReason =
  | 'bad_syntax'
  | 'unknown_envelope'
  | 'unknown_key'
  | 'unknown_device'
  | 'no_codec'
  | 'decode_error'
  | 'decode_timeout'
  | 'upstream_decode_error'
  | 'mapping_error'
  | 'implausible'
  | 'broker_rejected';

/**
 * Reasons for refusing a message: an MQTT client or device without its secret, a topic that belongs to another client,
 * a network server without its secret, signature or token, or an HTTP measure with an unknown key.
 */
export type Refusal = 'credential' | 'topic' | 'webhook' | 'key' | 'connection';

/** Counters of the agents since their start. */
export interface Counters {
  /** Messages acknowledged to their senders. */
  received: number;
  /** Frames whose entities were written, or that contained none. */
  delivered: number;
  /** Entity updates sent to the broker. */
  entities: number;
  duplicates: number;
  counterConflicts: number;
  counterResets: number;
  /** Attributes older than the current ones. */
  late: number;
  /** Frames without measurements. */
  heartbeats: number;
  simulated: number;
  pending: number;
  quarantined: { [reason in QuarantineReason]?: number };
  refused: { [what in Refusal]: number };
  warnings: number;
  /** Failed attempts because the broker or the database did not answer. */
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

/** The last hundred warnings for operators that need no immediate action. */
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
  | 'unexpected_answer'
  | 'no_codec'
  | 'decode_error'
  | 'decode_timeout'
  | 'upstream_decode_error'
  | 'mapping_error'
  | 'implausible'
  | 'broker_rejected';

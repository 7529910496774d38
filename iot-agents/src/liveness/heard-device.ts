/** A device with the time it was last heard. */
export interface HeardDevice {
  /** DevEUI, or `<apikey>/<device_id>`, which is never published. */
  readonly key: string;
  /** The display name. */
  readonly name: string;
  /** The id of its Device entity. */
  readonly entity: string;
  /** The entity it measures, if its Device should refer to it. */
  readonly asset?: string;
  readonly tenant: string;
  /** Its profile, or the type of its FIWARE group: devices of one kind report at similar intervals. */
  readonly kind: string;
  readonly lastSeenMs: number;
  readonly gateway: string | undefined;
  /** Seconds after which it is silent according to its profile; otherwise the usual interval of its kind decides. */
  readonly silentAfterS: number | undefined;
  /** The alert for its silence. */
  readonly alert: string | undefined;
}

/** The usual interval in seconds between reports, by kind of device. */
export type Cadences = ReadonlyMap<string, number>;

/** A device is silent after missing this many reports, but never within ten minutes. */
const MISSED_REPORTS = 3;
const MIN_S = 600;

/** When it becomes silent; infinite while the interval of its kind is unknown. */
export function silentAtMs({ kind, lastSeenMs, silentAfterS }: HeardDevice, cadences: Cadences): number {
  const cadence = cadences.get(kind);
  const learned = cadence === undefined ? Number.POSITIVE_INFINITY : Math.max(MIN_S, cadence * MISSED_REPORTS);
  return lastSeenMs + (silentAfterS ?? learned) * 1000;
}

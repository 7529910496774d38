/** A device as it was last heard. */
export interface HeardDevice {
  /** DevEUI, or `<apikey>/<device_id>`, which nobody is told. */
  readonly key: string;
  /** What people call it. */
  readonly name: string;
  /** Of its Device. */
  readonly entity: string;
  /** Of what it measures, where its Device is to name it. */
  readonly asset?: string;
  readonly tenant: string;
  /** Its profile, or the type of FIWARE's group: those of a kind report alike. */
  readonly kind: string;
  readonly lastSeenMs: number;
  readonly gateway: string | undefined;
  /** Seconds after which its profile calls it silent; else its kind's cadence decides. */
  readonly silentAfterS: number | undefined;
  /** The alert that tells of its silence. */
  readonly alert: string | undefined;
}

/** Seconds between the reports of a kind's devices, usually. */
export type Cadences = ReadonlyMap<string, number>;

/** A device may miss two reports before it is called silent, and is never called so within ten minutes. */
const MISSED_REPORTS = 3;
const LEAST_S = 600;

/** When it should be heard at the latest; infinite while nobody knows how often its kind reports. */
export function silentAtMs({ kind, lastSeenMs, silentAfterS }: HeardDevice, cadences: Cadences): number {
  const cadence = cadences.get(kind);
  const learned = cadence === undefined ? Number.POSITIVE_INFINITY : Math.max(LEAST_S, cadence * MISSED_REPORTS);
  return lastSeenMs + (silentAfterS ?? learned) * 1000;
}

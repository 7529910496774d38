import type { Counted } from './load/measurement.ts';
import type { Target } from './target.ts';

export interface Settings {
  readonly connections: number;
  readonly seconds: number;
  /** Entities in the broker before a workload starts. */
  readonly entities: number;
}

/** A benchmark. */
export interface Workload {
  readonly name: string;
  /** The unit of counted items, e.g. `requests`. */
  readonly unit: string;
  /** Whether it needs more than an NGSI-LD API: our MQTT broker. */
  readonly ownOnly?: boolean;
  /** Runs before the first run. */
  prepare?(target: Target, settings: Settings): Promise<void>;
  run(target: Target, settings: Settings, run: number): Promise<Counted>;
}

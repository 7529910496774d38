import type { Counted } from './load/measurement.ts';
import type { Target } from './target.ts';

export interface Settings {
  readonly connections: number;
  readonly seconds: number;
  /** Entities in the broker before a workload starts. */
  readonly entities: number;
}

/** Something to measure. */
export interface Workload {
  readonly name: string;
  /** What one counted thing is, e.g. `requests`. */
  readonly unit: string;
  /** Whether it needs more than an NGSI-LD API: our MQTT. */
  readonly ownOnly?: boolean;
  /** Before the first run. */
  prepare?(target: Target, settings: Settings): Promise<void>;
  run(target: Target, settings: Settings, run: number): Promise<Counted>;
}

import type { Holidays } from '../contract/calendar.ts';
import { lastIndexAt, type Sample, type Series } from './series.ts';

const NONE: readonly Sample[] = [];

/**
 * Reads the series of an entity at mostly increasing times. It remembers its position, so that a pass over a month of
 * samples reads each once.
 */
export class EntityReader {
  readonly #series: Series;
  /** When the observation of the entity began; attributes without samples have been absent since then. */
  readonly since: number;
  /** The holiday calendar of its commune. */
  readonly holidays: Holidays;
  readonly #positions = new Map<string, number>();

  constructor(series: Series, since: number, holidays: Holidays) {
    this.#series = series;
    this.since = since;
    this.holidays = holidays;
  }

  samples(attribute: string): readonly Sample[] {
    return this.#series[attribute] ?? NONE;
  }

  /** The index of the attribute's last sample at or before the time; -1 if there is none. */
  indexAt(attribute: string, at: number): number {
    const samples = this.samples(attribute);
    let index = this.#positions.get(attribute) ?? -1;
    if (index >= 0 && (samples[index] as Sample)[0] > at) index = lastIndexAt(samples, at);
    else while (index + 1 < samples.length && (samples[index + 1] as Sample)[0] <= at) index += 1;
    this.#positions.set(attribute, index);
    return index;
  }

  lastAt(attribute: string, at: number): Sample | undefined {
    return this.samples(attribute)[this.indexAt(attribute, at)];
  }

  /** The time of the next sample of one of the attributes after a time; Infinity if there is none. */
  nextAfter(attributes: readonly string[], at: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const attribute of attributes) {
      const following = this.samples(attribute)[this.indexAt(attribute, at) + 1];
      if (following !== undefined && following[0] < next) next = following[0];
    }
    return next;
  }
}

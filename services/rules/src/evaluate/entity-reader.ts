import type { Holidays } from '../calendar/calendar.ts';
import { lastIndexAt, type Sample, type Series } from './series.ts';

const NONE: readonly Sample[] = [];

/**
 * Reads the series of an entity at times that mostly grow: it remembers where it was, so that a pass over a month of
 * samples looks at each once.
 */
export class EntityReader {
  readonly #series: Series;
  /** Since when the entity has been watched: what was never observed has been absent since then. */
  readonly since: number;
  /** Whose public holidays its commune has. */
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

  /** The index of the attribute's last sample at or before the time; -1: there is none. */
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

  /** When the next sample of one of the attributes comes after a time; Infinity: none does. */
  nextAfter(attributes: readonly string[], at: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const attribute of attributes) {
      const following = this.samples(attribute)[this.indexAt(attribute, at) + 1];
      if (following !== undefined && following[0] < next) next = following[0];
    }
    return next;
  }
}

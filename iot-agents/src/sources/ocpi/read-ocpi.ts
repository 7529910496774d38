import type { Outgoing } from '../../outgoing/outgoing.ts';
import { SourceError } from '../../outgoing/remote-error.ts';
import { openItems } from '../gtfs/open-items.ts';
import { fetchPages } from '../http/http-pages.ts';
import type { Harvest, HarvestedItem } from '../items/harvest.ts';
import { contentHash } from '../items/item-mapper.ts';
import type { ItemProblem } from '../items/item-mapping.ts';
import { objectOf } from '../items/read-json.ts';
import { stationOf } from './charging-station.ts';
import type { OcpiSource } from './ocpi-source.ts';

const PROBLEMS_KEPT = 100;
const MAX_PAGES = 1000;
/** Of 2xxx and 3xxx the request has failed, although HTTP says 200. */
const SUCCESS = { from: 1000, to: 2000 };

/** Reads all locations, page by page. Stations that are no longer there end. @throws SourceError */
export async function readOcpi(
  outgoing: Outgoing,
  { id: source, from, box }: OcpiSource,
  options: {
    readonly state: Readonly<Record<string, unknown>>;
    readonly signal: AbortSignal;
    readonly onlyFirst: boolean;
  },
): Promise<Harvest> {
  const { state, signal, onlyFirst } = options;
  const { pages } = await fetchPages(
    outgoing,
    { ...from, paging: { by: 'next', maxPages: MAX_PAGES } },
    { asJson: true, known: {}, signal, countOf: (json) => locationsOf(json).length, onlyFirst },
  );
  const locations = pages.flatMap(({ json }) => locationsOf(json));
  const items = new Map<string, HarvestedItem>();
  const problems: ItemProblem[] = [];
  let refused = 0;
  for (const [item, location] of locations.entries()) {
    const station = stationOf(source, location, box);
    if ('refused' in station) {
      refused += 1;
      if (problems.length < PROBLEMS_KEPT) problems.push({ item, ...station.refused, refused: true });
    } else if (station.entity !== undefined) {
      const { entity } = station;
      items.set(entity.id, { key: entity.id, hash: contentHash([entity]), entities: [entity] });
    }
  }
  const open = openItems(state.open, [...items.keys()], new Date());
  return {
    rows: locations.length,
    items: [...items.values(), ...open.ended.map(({ item }) => item)],
    problems,
    refused,
    state: { open: [...items.keys()] },
    forgets: open.forgets,
  };
}

/** The locations in an answer. @throws SourceError: it tells a failure, or has none */
function locationsOf(json: unknown): readonly unknown[] {
  const { status_code: code, status_message: message, data } = objectOf(json);
  if (typeof code !== 'number' || code < SUCCESS.from || code >= SUCCESS.to) {
    const told = typeof message === 'string' ? `: ${message.slice(0, 200)}` : '';
    throw new SourceError(`status_code is ${JSON.stringify(code) ?? 'missing'}, expected 1000 to 1999${told}`);
  }
  if (!Array.isArray(data)) throw new SourceError('data is no list, expected the locations');
  return data;
}

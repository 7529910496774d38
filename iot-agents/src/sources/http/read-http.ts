import { pointed } from '../../frames/json-pointer.ts';
import type { Outgoing } from '../../outgoing/outgoing.ts';
import { SourceError } from '../../outgoing/remote-error.ts';
import { gatherCsv } from '../csv/gather-csv.ts';
import type { Gathering } from '../items/gathering.ts';
import type { Harvest } from '../items/harvest.ts';
import type { Validators } from './http-pages.ts';
import { fetchPages } from './http-pages.ts';
import type { HttpSource } from './http-source.ts';

/** Reads from the API of a third party. @throws SourceError */
export async function readHttp(
  outgoing: Outgoing,
  source: HttpSource,
  gathering: Gathering,
  options: {
    readonly state: Readonly<Record<string, unknown>>;
    readonly signal: AbortSignal;
    readonly onlyFirst?: boolean;
  },
): Promise<Harvest> {
  const { csv, items: pointer = '', from } = source;
  const listOf = (json: unknown): unknown[] => {
    const found = pointed(json, pointer);
    if (found === undefined || found === null) {
      const members =
        typeof json === 'object' && json !== null ? Object.keys(json).slice(0, 20).join(', ') : typeof json;
      throw new SourceError(`there is nothing at items "${pointer}"; the answer has: ${members}`);
    }
    return Array.isArray(found) ? found : [found];
  };
  const { pages, validators } = await fetchPages(outgoing, from, {
    asJson: csv === undefined,
    known: readValidators(options.state),
    signal: options.signal,
    countOf: (json) => (csv === undefined ? listOf(json).length : 0),
    ...(options.onlyFirst === undefined ? {} : { onlyFirst: options.onlyFirst }),
  });
  if (pages.length === 0)
    return { rows: 0, items: [], problems: [], refused: 0, unchanged: true, state: { ...validators } };
  let index = 0;
  for (const { json, answer } of pages) {
    if (csv !== undefined) gatherCsv(gathering, answer.body, csv);
    else for (const item of listOf(json)) gathering.add(item, { item: index++ });
  }
  return { ...gathering.harvest(), state: { ...validators } };
}

/** The validators in a stored state. */
export function readValidators({ etag, lastModified }: Readonly<Record<string, unknown>>): Validators {
  return {
    ...(typeof etag === 'string' ? { etag } : {}),
    ...(typeof lastModified === 'string' ? { lastModified } : {}),
  };
}

import type { Outgoing } from '../../outgoing/outgoing.ts';
import { gatherFile, itemsAt } from '../csv/gather-file.ts';
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
  const { csv, xlsx, items, from } = source;
  const asJson = csv === undefined && xlsx === undefined;
  const { pages, validators } = await fetchPages(outgoing, from, {
    asJson,
    known: readValidators(options.state),
    signal: options.signal,
    countOf: (json) => (asJson ? itemsAt(json, items).length : 0),
    ...(options.onlyFirst === undefined ? {} : { onlyFirst: options.onlyFirst }),
  });
  if (pages.length === 0)
    return { rows: 0, items: [], problems: [], refused: 0, unchanged: true, state: { ...validators } };
  let index = 0;
  for (const { json, answer } of pages) {
    if (!asJson) await gatherFile(gathering, answer.body, source);
    else for (const item of itemsAt(json, items)) gathering.add(item, { item: index++ });
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

import type { Texts, Wording } from '../contract/documents.ts';
import { LANGUAGES } from '../ports.ts';
import { type Imported, lineOf, plainText, type ReadResult, webLink } from './imported.ts';

type ByLanguage = { readonly [language: string]: string } | string | undefined;
/** The members of an event in OpenAgenda's JSON export (v2) that we read. */
interface AgendaEvent {
  readonly uid?: number | string;
  readonly title?: ByLanguage;
  readonly description?: ByLanguage;
  readonly longDescription?: ByLanguage;
  readonly timings?: readonly { readonly begin?: string; readonly end?: string }[];
  readonly location?: {
    readonly name?: string;
    readonly address?: string;
    readonly latitude?: number;
    readonly longitude?: number;
  };
  readonly onlineAccessLink?: string;
  readonly canonicalUrl?: string;
  readonly conditions?: ByLanguage;
}

/** Parses an export of OpenAgenda; each timing of an event becomes an item. @throws Error: it is not such an export */
export function readAgenda(text: string): ReadResult {
  const { events } = JSON.parse(text) as { events?: unknown };
  if (!Array.isArray(events)) throw new Error('events: got no list, expected the export of an agenda');
  const items: Imported[] = [];
  const rejected: { at: string; reason: string }[] = [];
  for (const [index, event] of (events as readonly AgendaEvent[]).entries()) {
    const texts = textsOf(event);
    const timings = (event.timings ?? []).filter(
      ({ begin }) => begin !== undefined && !Number.isNaN(Date.parse(begin)),
    );
    const at = String(event.uid ?? `events[${index}]`);
    if (texts === undefined) rejected.push({ at, reason: 'title: got nothing, expected a title' });
    else if (timings.length === 0) rejected.push({ at, reason: 'timings: got none, expected at least one' });
    else items.push(...timings.map((timing, i) => itemOf(event, texts, timing, `${at}/${i}`)));
  }
  return { items, rejected };
}

function itemOf(
  { location, onlineAccessLink, canonicalUrl, conditions }: AgendaEvent,
  texts: Texts,
  { begin = '', end }: { readonly begin?: string; readonly end?: string },
  sourceId: string,
): Imported {
  const { name, address, latitude, longitude } = location ?? {};
  const link = webLink(onlineAccessLink) ?? webLink(canonicalUrl);
  const venue = lineOf(name);
  const where = lineOf(address, 300);
  const price = lineOf(inFrench(conditions));
  return {
    sourceId,
    kind: 'event',
    document: {
      texts,
      ...(where !== undefined && { address: where }),
      ...(link !== undefined && { link }),
      ...(latitude !== undefined &&
        longitude !== undefined && { location: { type: 'Point', coordinates: [longitude, latitude] } }),
      event: {
        start: new Date(begin).toISOString(),
        ...(end !== undefined && !Number.isNaN(Date.parse(end)) && { end: new Date(end).toISOString() }),
        ...(venue !== undefined && { venue }),
        ...(price !== undefined && { price }),
      },
    },
  };
}

function textsOf(event: AgendaEvent): Texts | undefined {
  const wordings = LANGUAGES.flatMap((language) => {
    const wording = wordingOf(event, language);
    return wording === undefined ? [] : [[language, wording] as const];
  });
  const fr = wordings.find(([language]) => language === 'fr')?.[1] ?? wordings[0]?.[1];
  return fr && { fr, ...Object.fromEntries(wordings) };
}

function wordingOf({ title, description, longDescription }: AgendaEvent, language: string): Wording | undefined {
  const of = (text: ByLanguage) =>
    typeof text === 'string' ? (language === 'fr' ? text : undefined) : text?.[language];
  const line = lineOf(of(title));
  if (line === undefined) return undefined;
  const summary = lineOf(of(description), 500);
  const body = plainText(of(longDescription) ?? '').slice(0, 50_000);
  return { title: line, ...(summary !== undefined && { summary }), ...(body !== '' && { body }) };
}

function inFrench(text: ByLanguage): string | undefined {
  return typeof text === 'string' ? text : text?.fr;
}

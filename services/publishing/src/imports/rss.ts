import { XMLParser } from 'fast-xml-parser';
import { type Imported, lineOf, plainText, type ReadResult, webLink } from './imported.ts';

/** Entities of documents are not expanded, because they could grow without limit. */
const parser = new XMLParser({
  ignoreAttributes: false,
  processEntities: true,
  parseTagValue: false,
  trimValues: true,
  isArray: (_name, path) => ['rss.channel.item', 'feed.entry', 'feed.entry.link'].includes(String(path)),
});

type Xml = { readonly [name: string]: unknown };

/** Parses RSS 2.0 or Atom. @throws Error: it is neither */
export function readFeed(text: string): ReadResult {
  const { rss, feed } = parser.parse(text) as { rss?: { channel?: Xml }; feed?: Xml };
  const entries = (rss?.channel?.item ?? feed?.entry ?? undefined) as readonly Xml[] | undefined;
  if (rss === undefined && feed === undefined) throw new Error('an RSS or Atom feed is expected, got another document');
  const items: Imported[] = [];
  const rejected: { at: string; reason: string }[] = [];
  for (const [index, entry] of (entries ?? []).entries()) {
    const item = rss === undefined ? atomEntry(entry) : rssItem(entry);
    if (typeof item === 'string') rejected.push({ at: `item ${index + 1}`, reason: item });
    else items.push(item);
  }
  return { items, rejected };
}

/** Returns a reason if the entry is invalid. */
function rssItem(entry: Xml): Imported | string {
  const link = webLink(textOf(entry.link));
  const body = textOf(entry['content:encoded']) ?? textOf(entry.description);
  return newsOf(textOf(entry.guid) ?? link, textOf(entry.title), body, link, textOf(entry.pubDate));
}

function atomEntry(entry: Xml): Imported | string {
  const links = (entry.link ?? []) as readonly Xml[];
  const link = webLink(String(links.find((each) => each['@_rel'] !== 'self')?.['@_href'] ?? ''));
  const body = textOf(entry.content) ?? textOf(entry.summary);
  return newsOf(
    textOf(entry.id) ?? link,
    textOf(entry.title),
    body,
    link,
    textOf(entry.published) ?? textOf(entry.updated),
  );
}

function newsOf(
  sourceId: string | undefined,
  titleText: string | undefined,
  bodyText: string | undefined,
  link: string | undefined,
  date: string | undefined,
): Imported | string {
  const title = lineOf(titleText);
  if (title === undefined) return 'title: got nothing, expected a title';
  if (sourceId === undefined) return 'guid: got nothing, expected a guid or a link';
  const body = plainText(bodyText ?? '').slice(0, 50_000);
  const at = date === undefined ? Number.NaN : Date.parse(date);
  return {
    sourceId: sourceId.slice(0, 500),
    kind: 'news',
    document: { texts: { fr: { title, ...(body !== '' && { body }) } }, ...(link !== undefined && { link }) },
    ...(Number.isFinite(at) && { publishAt: new Date(at).toISOString() }),
  };
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (typeof value === 'object' && value !== null && '#text' in value) return textOf(value['#text']);
  return undefined;
}

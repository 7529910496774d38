import { firstOf } from './find.ts';
import { type Item, idOf, propertiesOf } from './items.ts';
import { list } from './list.ts';
import { NO_OPTIONS, type Options } from './options.ts';
import type { Page } from './page.ts';
import { LINKS } from './sets.ts';
import { charge, linked, type Source } from './source.ts';

/** The root of the service below the public URL. */
export const ROOT = '/sta/v1.1';

/** A quote within an id is written twice. */
export const selfLink = (publicUrl: string, item: Item): string =>
  `${publicUrl}${ROOT}/${item.set}('${encodeURIComponent(idOf(item).replaceAll("'", "''"))}')`;

/** An item as JSON, with its links or what they lead to (`$expand`, `$select`). */
export async function represent(source: Source, item: Item, options: Options = NO_OPTIONS) {
  charge(source, 'items');
  const { publicUrl } = source;
  const { select, expand } = options;
  const self = selfLink(publicUrl, item);
  const shows = (name: string): boolean => select === undefined || select.has(name);
  const document: Record<string, unknown> = {};
  const own = { '@iot.id': idOf(item), '@iot.selfLink': self, ...propertiesOf(item, publicUrl) };
  for (const [name, value] of Object.entries(own)) if (shows(name)) document[name] = value;
  for (const [name, link] of Object.entries(LINKS[item.set])) {
    const inner = expand.get(name);
    if (inner === undefined) {
      if (shows(name)) document[`${name}@iot.navigationLink`] = `${self}/${name}`;
      continue;
    }
    const collection = linked(item, link.to);
    if (link.isMany) {
      const { value, ...page } = await representPage(
        source,
        await list(source, collection, inner),
        inner,
        `${self}/${name}`,
      );
      for (const [annotation, content] of Object.entries(page)) document[name + annotation] = content;
      document[name] = value;
    } else {
      const one = await firstOf(source, collection);
      document[name] = one === undefined ? null : await represent(source, one, inner);
    }
  }
  return document;
}

/** @param url of the set, for the link to the next page */
export async function representPage(source: Source, { items, count, next }: Page, options: Options, url: string) {
  const value: object[] = [];
  for (const item of items) value.push(await represent(source, item, options));
  return {
    ...(count !== undefined && { '@iot.count': count }),
    ...(next && { '@iot.nextLink': nextLink(url, options, next) }),
    value,
  };
}

function nextLink(url: string, { texts }: Options, { skip, from }: NonNullable<Page['next']>): string {
  const kept = [...texts].filter(([name]) => name !== '$skip' && name !== '$skiptoken');
  const options = [
    ...kept,
    ...(skip ? [['$skip', String(skip)] as const] : []),
    ...(from ? [['$skiptoken', from.join('.')] as const] : []),
  ];
  return `${url}?${options.map(([name, text]) => `${name}=${encodeURIComponent(text)}`).join('&')}`;
}

import { XMLBuilder } from 'fast-xml-parser';
import { ICalCalendar } from 'ical-generator';
import { type Item, wordingIn } from '../items/item.ts';
import type { Language } from '../ports.ts';
import { beginningOf } from '../texts/markdown.ts';

const SUMMARY_LENGTH = 500;

/** The page of an item in the app. */
export function pageOf(publicUrl: string, { id }: Pick<Item, 'id'>): string {
  return `${publicUrl}/app/items/${encodeURIComponent(id)}`;
}

/** Events as a calendar (RFC 5545). */
export function calendarOf(events: readonly Item[], name: string, publicUrl: string, language: Language): string {
  const calendar = new ICalCalendar({ name, prodId: { company: 'Alzette', product: 'Publishing' } });
  for (const item of events) {
    const { event: part, location, address } = item.document;
    if (part === undefined) continue;
    const { wording } = wordingIn(item.document.texts, language);
    const place = [part.venue, address].filter((text) => text !== undefined).join(', ');
    const [longitude, latitude] = location?.coordinates ?? [];
    calendar.createEvent({
      id: `${item.id}@${new URL(publicUrl).hostname}`,
      stamp: item.modifiedAt,
      start: new Date(part.start),
      ...(part.end !== undefined && { end: new Date(part.end) }),
      ...(part.allDay === true && { allDay: true }),
      summary: wording.title,
      description: wording.summary ?? beginningOf(wording.body ?? '', SUMMARY_LENGTH),
      ...(place !== '' && {
        location: {
          title: place,
          ...(longitude !== undefined && latitude !== undefined && { geo: { lat: latitude, lon: longitude } }),
        },
      }),
      url: pageOf(publicUrl, item),
    });
  }
  return calendar.toString();
}

/** News as RSS 2.0. */
export function rssOf(news: readonly Item[], name: string, publicUrl: string, language: Language): string {
  const items = news.map((item) => {
    const { wording } = wordingIn(item.document.texts, language);
    const link = pageOf(publicUrl, item);
    return {
      title: wording.title,
      link,
      guid: link,
      pubDate: item.publishAt.toUTCString(),
      description: wording.summary ?? beginningOf(wording.body ?? '', SUMMARY_LENGTH),
      ...(item.document.theme !== undefined && { category: item.document.theme }),
    };
  });
  const channel = { title: name, link: `${publicUrl}/app/`, description: name, language, item: items };
  const builder = new XMLBuilder({ ignoreAttributes: false, format: true });
  return builder.build({
    '?xml': { '@_version': '1.0', '@_encoding': 'UTF-8' },
    rss: { '@_version': '2.0', channel },
  });
}

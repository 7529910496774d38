import ICAL from 'ical.js';
import { type Imported, lineOf, plainText, type ReadResult, webLink } from './imported.ts';

/** Repeated events are expanded up to this far ahead. */
const HORIZON_MS = 366 * 24 * 60 * 60_000;
const MAX_OCCURRENCES = 60;

/**
 * Parses a calendar (RFC 5545). A repeated event becomes one item per occurrence, for a year. @throws Error: it is not
 * a calendar
 */
export function readCalendar(text: string, now: Date): ReadResult {
  const calendar = new ICAL.Component(ICAL.parse(text));
  if (calendar.name !== 'vcalendar') throw new Error(`a calendar is expected, got ${calendar.name}`);
  for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone);
  const items: Imported[] = [];
  const rejected: { at: string; reason: string }[] = [];
  for (const component of calendar.getAllSubcomponents('vevent')) {
    const event = new ICAL.Event(component);
    if (event.isRecurrenceException()) continue;
    try {
      items.push(...occurrencesOf(event, now));
    } catch (error) {
      rejected.push({ at: event.uid ?? event.summary, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return { items, rejected };
}

function occurrencesOf(event: ICAL.Event, now: Date): Imported[] {
  const title = lineOf(event.summary);
  if (title === undefined) throw new Error('SUMMARY: got nothing, expected a title');
  if (!event.isRecurring()) return [itemOf(event, event, title, event.startDate, event.endDate, event.uid)];
  const found: Imported[] = [];
  const iterator = event.iterator();
  for (let next = iterator.next(); next && found.length < MAX_OCCURRENCES; next = iterator.next()) {
    const { item, startDate, endDate } = event.getOccurrenceDetails(next);
    const start = startDate.toJSDate().getTime();
    if (start > now.getTime() + HORIZON_MS) break;
    if (endDate.toJSDate() < now) continue;
    found.push(itemOf(event, item, lineOf(item.summary) ?? title, startDate, endDate, `${event.uid}/${startDate}`));
  }
  return found;
}

function itemOf(
  whole: ICAL.Event,
  event: ICAL.Event,
  title: string,
  start: ICAL.Time,
  end: ICAL.Time,
  sourceId: string,
): Imported {
  const body = plainText(event.description ?? '').slice(0, 50_000);
  const link = webLink(whole.component.getFirstPropertyValue('url')?.toString());
  const venue = lineOf(event.location);
  const geo = whole.component.getFirstPropertyValue('geo') as readonly number[] | null;
  const [latitude, longitude] = geo ?? [];
  return {
    sourceId,
    kind: 'event',
    document: {
      texts: { fr: { title, ...(body !== '' && { body }) } },
      ...(link !== undefined && { link }),
      ...(latitude !== undefined &&
        longitude !== undefined && { location: { type: 'Point', coordinates: [longitude, latitude] } }),
      event: {
        start: start.toJSDate().toISOString(),
        end: end.toJSDate().toISOString(),
        ...(start.isDate && { allDay: true }),
        ...(venue !== undefined && { venue }),
      },
    },
  };
}

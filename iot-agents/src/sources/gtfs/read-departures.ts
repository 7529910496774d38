import type { Database } from '../../database.ts';
import type { Outgoing } from '../../outgoing/outgoing.ts';
import { fetchOutgoing, refusal } from '../../outgoing/outgoing.ts';
import { SourceError } from '../../outgoing/remote-error.ts';
import type { Harvest } from '../items/harvest.ts';
import type { ItemProblem } from '../items/item-mapping.ts';
import { departureItems } from './departures.ts';
import type { FeedMessage } from './feed-message.ts';
import { readFeedMessage } from './feed-message.ts';
import type { DeparturesSource } from './gtfs-source.ts';
import { openItems } from './open-items.ts';
import { alertItems, vehicleItems } from './service-items.ts';

const PARTS = ['tripUpdates', 'vehiclePositions', 'alerts'] as const;

/** Departures by timetable and real-time data; if that is not usable, by timetable alone. @throws SourceError */
export async function readDepartures(
  db: Database,
  outgoing: Outgoing,
  source: DeparturesSource,
  options: { readonly state: Readonly<Record<string, unknown>>; readonly signal: AbortSignal },
): Promise<Harvest> {
  const { from, feed, stops, horizonMin = 90, maxAgeS = 300 } = source;
  const now = new Date();
  const problems: ItemProblem[] = [];
  const messages = new Map<string, Promise<FeedMessage | undefined>>();
  const fetched = (part: (typeof PARTS)[number]): Promise<FeedMessage | undefined> => {
    const given = from[part];
    if (given === undefined) return Promise.resolve(undefined);
    let message = messages.get(given);
    if (message === undefined) {
      message = fetchMessage(outgoing, source, given, options.signal).then((read) => {
        const age = now.getTime() / 1000 - (read.header.timestamp ?? 0);
        if (age <= maxAgeS) return read;
        const ageText = read.header.timestamp === undefined ? 'has no time' : `is ${Math.round(age)} s old`;
        throw new SourceError(`${part} ${ageText}, expected at most ${maxAgeS} s: the timetable is shown`);
      });
      messages.set(given, message);
    }
    return message.catch((cause: unknown) => {
      if (!(cause instanceof SourceError)) throw cause;
      problems.push({ field: part, message: cause.message, refused: true });
      return undefined;
    });
  };
  const [tripUpdates, vehicles, alerts] = [
    await fetched('tripUpdates'),
    await fetched('vehiclePositions'),
    await fetched('alerts'),
  ];
  const realTimeState = from.tripUpdates === undefined ? 'none' : tripUpdates === undefined ? 'stale' : 'fresh';
  const items = [
    ...(await departureItems(db, { feed, stops, horizonMin, realTime: tripUpdates?.entity ?? [], realTimeState, now })),
    ...vehicleItems(feed, vehicles?.entity ?? [], vehicles?.header.timestamp ?? 0, now),
    ...alertItems(feed, from.alerts?.replace(/\?.*$/, '') ?? '', alerts?.entity ?? [], now),
  ];
  const open = openItems(
    options.state.open,
    items.map(({ key }) => key),
    now,
  );
  // Alerts that could not be read this time stay. Vehicles end by themselves.
  const isUnknown = (type: string): boolean => type === 'Vehicle' || (type === 'Alert' && alerts === undefined);
  const ended = open.ended.filter(({ type }) => !isUnknown(type)).map(({ item }) => item);
  const kept = open.ended.filter(({ type }) => type === 'Alert' && isUnknown(type)).map(({ item }) => item.key);
  return {
    rows: items.length,
    items: [...items, ...ended],
    problems,
    refused: problems.length,
    state: { open: [...items.map(({ key }) => key), ...kept] },
    forgets: open.forgets.filter((id) => !kept.includes(id)),
  };
}

async function fetchMessage(
  outgoing: Outgoing,
  { from }: DeparturesSource,
  given: string,
  signal: AbortSignal,
): Promise<FeedMessage> {
  const url = new URL(given);
  for (const [name, value] of Object.entries(from.secretParameters ?? {})) url.searchParams.set(name, value);
  const answer = await fetchOutgoing(outgoing, url.href, {
    ...(from.headers === undefined ? {} : { headers: from.headers }),
    ...(from.secretHeaders === undefined ? {} : { secretHeaders: from.secretHeaders }),
    signal,
  });
  if (answer.status !== 200) throw refusal(answer);
  return readFeedMessage(answer.body, `${url.origin}${url.pathname}`);
}

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FeedMessage, writeFeedMessage } from '@alzette/iot-agents';
import type { Territory } from '@alzette/territory';
import { DateTime } from 'luxon';
import { readZoneFile, ZONES, zoneSources } from '../../decisions/zones.ts';
import { delayOf, gtfsOf, LEG_MINUTES, type Network, networksOf, tripsOf } from './timetable.ts';

/** What others publish for the demo by HTTP, like real ones: transport operators, and the State with its zones. */
export interface DemoPublishers {
  /** Declarations of sources that read them. */
  readonly sources: readonly { readonly id: string; readonly [member: string]: unknown }[];
  readonly origin: string;
  close(): Promise<void>;
}

/** The minutes before and after the current time that real-time data cover. */
const COVERED = { before: 60, after: 120 };

/** Serves GTFS, GTFS Realtime and zones of exposure on a separate port of this machine. */
export async function startPublishers(territory: Territory): Promise<DemoPublishers> {
  const networks = networksOf(territory);
  const server = createServer(async (request, response) => {
    const [, folder = '', file = ''] = (request.url ?? '').split('/');
    const found = folder === ZONES ? await readZoneFile(file).catch(() => undefined) : feedOf(networks, folder, file);
    if (found === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(found);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // of a TCP server
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    sources: [
      ...networks.flatMap((network) => sourcesOf(network, `${origin}/${network.feed}`)),
      ...(await zoneSources(origin, territory.timeZone)),
    ],
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function feedOf(networks: readonly Network[], feed: string, file: string): Uint8Array | undefined {
  const network = networks.find((each) => each.feed === feed);
  if (network === undefined) return undefined;
  if (file === 'gtfs.zip') return gtfsOf(network, new Date());
  return file === 'real-time.pb' ? writeFeedMessage(realTimeOf(network, new Date())) : undefined;
}

function sourcesOf({ feed, operator, timeZone, hasRealTime }: Network, url: string) {
  const realTime = `${url}/real-time.pb`;
  return [
    {
      id: feed,
      name: `${operator} : horaires`,
      kind: 'gtfs',
      schedule: { cron: '30 3 * * *', timeZone },
      from: { url: `${url}/gtfs.zip` },
    },
    {
      id: `${feed}-board`,
      name: `${operator} : départs`,
      kind: 'departures',
      feed,
      schedule: { everyS: 30 },
      from: hasRealTime ? { tripUpdates: realTime, alerts: realTime } : {},
      horizonMin: 90,
    },
  ];
}

function realTimeOf(network: Network, now: Date): FeedMessage {
  const { lines, timeZone } = network;
  const local = DateTime.fromJSDate(now, { zone: timeZone });
  const minutes = local.hour * 60 + local.minute;
  const day = local.toFormat('yyyyMMdd');
  const updates = tripsOf(network)
    .filter(({ starts, stops }) => {
      const ends = starts + stops.length * LEG_MINUTES;
      return ends > minutes - COVERED.before && starts < minutes + COVERED.after;
    })
    .map((trip) => {
      const delay = delayOf(trip, day);
      const descriptor = { tripId: trip.id, startDate: day };
      if (delay === undefined) return { id: trip.id, tripUpdate: { trip: { ...descriptor, scheduleRelationship: 3 } } };
      const stopTimeUpdate = [{ stopSequence: 1, departure: { delay } }];
      return { id: trip.id, tripUpdate: { trip: descriptor, stopTimeUpdate } };
    });
  const [line] = lines;
  const start = Math.floor(now.getTime() / 86_400_000) * 86_400 - 86_400;
  const works = {
    id: 'works',
    alert: {
      activePeriod: [{ start, end: start + 7 * 86_400 }],
      informedEntity: [{ stopId: line?.stops[1]?.id ?? '' }, { routeId: line?.id ?? '' }],
      cause: 10,
      effect: 4,
      headerText: {
        translation: [
          { text: `Travaux : la ligne ${line?.name} est déviée`, language: 'fr' },
          { text: `Works: line ${line?.name} is diverted`, language: 'en' },
          { text: `Bauarbeiten: Linie ${line?.name} wird umgeleitet`, language: 'de' },
        ],
      },
    },
  };
  return { header: { version: '2.0', timestamp: Math.floor(now.getTime() / 1000) }, entity: [...updates, works] };
}

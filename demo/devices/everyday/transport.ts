import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FeedMessage, writeFeedMessage } from '@alzette/iot-agents';
import type { Territory } from '@alzette/territory';
import { DateTime } from 'luxon';
import { delayOf, gtfsOf, LEG_MINUTES, type Network, networksOf, tripsOf } from './timetable.ts';

/** The transport operators of the demo. They serve timetables and real-time data by HTTP, like real ones. */
export interface DemoTransport {
  /** Declarations of sources that read them. */
  readonly sources: readonly { readonly id: string; readonly [member: string]: unknown }[];
  readonly origin: string;
  close(): Promise<void>;
}

/** The minutes before and after the current time that real-time data cover. */
const COVERED = { before: 60, after: 120 };

/** Serves GTFS and GTFS Realtime on a separate port of this machine. */
export async function startTransport(territory: Territory): Promise<DemoTransport> {
  const networks = networksOf(territory);
  const server = createServer((request, response) => {
    const [, feed, file] = (request.url ?? '').split('/');
    const network = networks.find((each) => each.feed === feed);
    if (network === undefined || (file !== 'gtfs.zip' && file !== 'real-time.pb')) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    response.end(file === 'gtfs.zip' ? gtfsOf(network, new Date()) : writeFeedMessage(realTimeOf(network, new Date())));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // of a TCP server
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    sources: networks.flatMap((network) => sourcesOf(network, `${origin}/${network.feed}`)),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
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

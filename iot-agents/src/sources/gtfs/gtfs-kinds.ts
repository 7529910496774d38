import { NAME } from '../../devices/profile-schema.ts';
import type { SourceKind } from '../items/source-kind.ts';
import { BOX, FROM_URL, TEXT, TEXTS, URL_TEXT } from '../items/source-schemas.ts';
import type { DeparturesSource, GtfsSource } from './gtfs-source.ts';
import { readDepartures } from './read-departures.ts';
import { readGtfs } from './read-gtfs.ts';

const DEPARTURES = {
  feed: NAME,
  from: {
    type: 'object',
    additionalProperties: false,
    properties: {
      tripUpdates: URL_TEXT,
      vehiclePositions: URL_TEXT,
      alerts: URL_TEXT,
      headers: TEXTS,
      secretHeaders: TEXTS,
      secretParameters: TEXTS,
    },
  },
  stops: { type: 'array', items: TEXT, minItems: 1, maxItems: 1000 },
  horizonMin: { type: 'number', minimum: 1, maximum: 1440 },
  maxAgeS: { type: 'number', minimum: 1, maximum: 86_400 },
} as const;

export const gtfsKind: SourceKind<GtfsSource> = {
  kind: 'gtfs',
  members: { from: FROM_URL, box: BOX },
  required: ['from'],
  secretsGoTo: ({ from }) => URL.parse(from.url)?.origin ?? '',
  harvest: (source, { outgoing, state, signal, isPreview }) =>
    readGtfs(outgoing, source, { state: isPreview ? {} : state, signal }),
};

export const departuresKind: SourceKind<DeparturesSource> = {
  kind: 'departures',
  members: DEPARTURES,
  required: ['feed', 'from'],
  secretsGoTo({ from: { tripUpdates, vehiclePositions, alerts } }) {
    return JSON.stringify([tripUpdates, vehiclePositions, alerts].map((url) => URL.parse(url ?? '')?.origin));
  },
  harvest: (source, { db, outgoing, state, signal }) => readDepartures(db, outgoing, source, { state, signal }),
};

import { contract, media, object, Type, text } from '@alzette/kit/contract';
import { PROCESS } from './paths.ts';

const Ready = object({ ready: Type.Boolean(), reason: Type.Optional(Type.String()) });
const Version = object({ name: Type.String(), version: Type.String(), ngsiLd: Type.String() });
const PUBLIC = { access: 'nothing', anyTenant: true } as const;
const READY = { ...PUBLIC, answers: { 200: Ready, 503: Ready } } as const;
const VERSION = { ...PUBLIC, answers: { 200: Version } } as const;
const DOCUMENT = {
  ...PUBLIC,
  answers: { 200: Type.Object({ openapi: Type.String(), paths: Type.Unknown() }) },
} as const;

/** The process itself: whether it is ready, what it is, its metrics, and the changes of entities as they happen. */
export const processContract = contract(PROCESS, {
  live: {
    ...PUBLIC,
    summary: 'Whether the process answers, regardless of its database',
    answers: { 200: object({ live: Type.Boolean() }) },
  },
  ready: { ...READY, summary: 'Whether it is ready, or why not' },
  health: { ...READY, summary: 'Whether it is ready, or why not; like /ready' },
  healthz: { ...READY, summary: 'Whether it is ready, or why not; like /ready' },
  version: { ...VERSION, summary: 'Its version, and that of NGSI-LD' },
  versionOfOrion: { ...VERSION, summary: 'Its version, at the path used by Orion-LD' },
  openapi: { ...DOCUMENT, summary: 'This document' },
  openapiJson: { ...DOCUMENT, summary: 'This document' },
  metrics: {
    access: 'administerAll',
    summary: 'Metrics in the Prometheus format',
    answers: { 200: media('text/plain; version=0.0.4; charset=utf-8') },
  },
  vocabulary: {
    ...PUBLIC,
    summary: 'The product’s own vocabulary in RDF Schema',
    answers: { 200: media('application/ld+json') },
  },
  events: {
    access: 'read',
    summary: 'Changes of entities as they happen, as server-sent events',
    query: {
      type: text({ max: 2000 }),
      attrs: text({ max: 2000 }),
      bbox: text(),
      scopeQ: text({ max: 2000 }),
      format: text(),
      context: text({ max: 2000 }),
      tenant: text(),
    },
    answers: { 200: media('text/event-stream') },
  },
  remoteNotify: {
    ...PUBLIC,
    summary: 'Receives notifications of other brokers for copies of our subscriptions',
    body: media('application/json', 'application/ld+json'),
    answers: { 200: null },
  },
});

export type ProcessContract = typeof processContract;

import { contract, media, object, Type, text } from '@alzette/kit/contract';
import { DRIVE } from './paths.ts';
import { Act, Day, Tour } from './schemas.ts';

const PARAMS = { secret: text({ max: 40, pattern: /^[\w-]{20,40}$/ }) };
const SECRET = 'pQ3vT0mXkq8b1Z2yJw5nR7dC';
/** Each is for who knows the link. */
const OPEN = { access: 'nothing', anyTenant: true } as const;

export const driveContract = contract(DRIVE, {
  script: {
    ...OPEN,
    summary: 'A file of the driver’s page',
    answers: { 200: media('text/javascript; charset=utf-8') },
  },
  style: { ...OPEN, summary: 'A file of the driver’s page', answers: { 200: media('text/css; charset=utf-8') } },
  worker: {
    ...OPEN,
    summary: 'A file of the driver’s page',
    answers: { 200: media('text/javascript; charset=utf-8') },
  },
  page: {
    ...OPEN,
    summary: 'The driver’s page of a round, by its secret link',
    params: PARAMS,
    answers: { 200: media('text/html; charset=utf-8') },
  },
  round: {
    ...OPEN,
    summary: 'A round with its stops, by the driver’s link',
    params: PARAMS,
    answers: { 200: object({ id: Type.String(), day: Day, kind: Type.String(), tour: Tour, acts: Type.Array(Act) }) },
  },
  recordActs: {
    ...OPEN,
    summary: 'Records the work at stops; repeatable, and the latest act applies',
    params: PARAMS,
    body: object({ acts: Type.Array(Act, { maxItems: 500 }) }),
    answers: { 200: object({ kept: Type.Integer() }) },
    example: {
      params: { secret: SECRET },
      body: { acts: [{ stop: 'urn:ngsi-ld:WasteContainer:1', state: 'done', note: '', at: '2026-12-01T07:00:00Z' }] },
    },
  },
});
export type DriveContract = typeof driveContract;

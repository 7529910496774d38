import { readFileSync } from 'node:fs';
import { bodyReader, object } from '@alzette/kit/bodies';
import { readPath, text } from '@alzette/kit/parameters';
import { missing, refused } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { WasteParts } from '../parts.ts';
import { isLinkValid } from '../tours/round-rights.ts';
import { type Act, keepActs, roundOfSecret } from '../tours/tour-rows.ts';

const SECRET = { secret: text({ max: 40, pattern: /^[\w-]{20,40}$/, required: true }) };
const readActs = bodyReader<{ readonly acts: readonly Act[] }>(
  object(
    {
      acts: {
        type: 'array',
        maxItems: 500,
        items: object(
          {
            stop: { type: 'string', maxLength: 300 },
            state: { enum: ['done', 'inaccessible', 'open'] },
            note: { type: 'string', maxLength: 500 },
            at: { type: 'string', format: 'date-time' },
          },
          ['stop', 'state', 'note', 'at'],
        ),
      },
    },
    ['acts'],
  ),
);
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "img-src 'self' data:",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');
const TYPES = { html: 'text/html', js: 'text/javascript', css: 'text/css' } as const;

/**
 * `/waste/drive/<secret>`: the page of a round's driver. After the first load it works offline: a service worker caches
 * it, and acts are sent when the device is online again.
 */
export function driveRoutes(scope: FastifyInstance, parts: WasteParts): void {
  const file = (name: string, type: keyof typeof TYPES) => ({
    text: readFileSync(new URL(`../../pages/${name}`, import.meta.url), 'utf8'),
    type: `${TYPES[type]}; charset=utf-8`,
  });
  const served = [
    { path: '/drive/assets/drive.js', ...file('drive.js', 'js') },
    { path: '/drive/assets/drive.css', ...file('drive.css', 'css') },
    { path: '/drive/worker.js', ...file('worker.js', 'js') },
  ];
  for (const { path, text: body, type } of served) {
    scope.get(
      path,
      operation({ access: 'nothing', anyTenant: true, summary: 'A file of the driver’s page' }),
      (_, reply) =>
        reply.type(type).header('cache-control', 'no-cache').header('x-content-type-options', 'nosniff').send(body),
    );
  }
  const page = file('drive.html', 'html');
  scope.get(
    '/drive/:secret',
    operation({ access: 'nothing', anyTenant: true, summary: 'The driver’s page of a round, by its secret link' }),
    async (request, reply) => {
      await roundFor(parts, request);
      return reply
        .type(page.type)
        .header('content-security-policy', POLICY)
        .header('referrer-policy', 'no-referrer')
        .header('cache-control', 'no-store')
        .send(page.text);
    },
  );
  scope.get(
    '/drive/:secret/round',
    operation({ access: 'nothing', anyTenant: true, summary: 'A round with its stops, by the driver’s link' }),
    async (request, reply) => {
      const { id, day, kind, tour, acts } = await roundFor(parts, request);
      return reply.header('cache-control', 'no-store').send({ id, day, kind, tour, acts });
    },
  );
  scope.post(
    '/drive/:secret/acts',
    operation({
      access: 'nothing',
      anyTenant: true,
      summary: 'Records the work at stops; repeatable, and the latest act applies',
      body: readActs.schema,
    }),
    async (request) => {
      const round = await roundFor(parts, request, (ended) => note(parts, ended, 'refused', {}));
      const { acts } = readActs(request.body);
      const known = new Set(round.tour.stops.map(({ container }) => container));
      const stray = acts.find(({ stop }) => !known.has(stop));
      if (stray !== undefined) throw refused('acts.stop', stray.stop, 'a container of the round');
      await keepActs(parts.db, round.tenant, round.id, latestOf(acts));
      const failed = await tellEmptied(parts, round, acts);
      await note(parts, round, 'done', { acts: acts.length, ...(failed > 0 && { failed }) });
      return { kept: acts.length };
    },
  );
}

type DrivenRound = NonNullable<Awaited<ReturnType<typeof roundOfSecret>>>;

/**
 * The round of a link. It ends with the rights of who made it.
 *
 * @param ended called for a link that has ended
 *
 * @throws Problem 404
 */
async function roundFor(
  parts: WasteParts,
  request: FastifyRequest,
  ended: (round: DrivenRound) => Promise<void> = async () => {},
): Promise<DrivenRound> {
  const { secret } = readPath(request, SECRET);
  const round = await roundOfSecret(parts.db, secret);
  if (round === undefined) throw missing('round', 'of this link');
  if (!(await isLinkValid(parts, round))) {
    await ended(round);
    throw missing('round', 'of this link');
  }
  return round;
}

function note(
  { audit }: WasteParts,
  { tenant, id, linkBy }: DrivenRound,
  outcome: 'done' | 'refused',
  details: object,
): Promise<void> {
  return audit.append({ actor: linkBy, action: 'waste.drive', object: id, tenant, outcome, details });
}

/** The last act of each stop. */
function latestOf(acts: readonly Act[]): Act[] {
  const byStop = new Map<string, Act>();
  for (const act of acts.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))) byStop.set(act.stop, act);
  return [...byStop.values()];
}

/** Writes the entities in the name of who made the link. @returns how many could not be written */
async function tellEmptied(
  { clientAs, context, logger }: WasteParts,
  { tenant, author }: DrivenRound,
  acts: readonly Act[],
): Promise<number> {
  const client = clientAs(author);
  let failed = 0;
  for (const { stop, state, at } of latestOf(acts)) {
    if (state !== 'done') continue;
    const value = new Date(Math.min(Date.parse(at), Date.now())).toISOString();
    await client
      .mergeEntity(stop, { dateLastEmptying: { type: 'Property', value } }, { tenant, context })
      .catch((err: unknown) => {
        failed += 1;
        logger.warn({ err, container: stop }, 'could not report an emptied container');
      });
  }
  return failed;
}

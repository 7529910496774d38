import { readFileSync } from 'node:fs';
import { missing, refused } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import type { FastifyReply } from 'fastify';
import type { Act, DriveContract } from '../contract/contract.ts';
import type { WasteParts } from '../parts.ts';
import { actOnStop, isStop, stopContext } from '../tours/collection-stops.ts';
import { isLinkValid } from '../tours/round-rights.ts';
import { keepActs, roundOfSecret } from '../tours/tour-rows.ts';

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
/**
 * The page of a round's driver. After the first load it works offline: a service worker caches it, and acts are sent
 * when the device is online again.
 */
export function driveHandlers(parts: WasteParts): Handlers<DriveContract> {
  const textOf = (name: string) => readFileSync(new URL(`../../pages/${name}`, import.meta.url), 'utf8');
  const served = (name: string) => {
    const text = textOf(name);
    return (_request: unknown, reply: FastifyReply) => {
      reply.header('cache-control', 'no-cache').header('x-content-type-options', 'nosniff');
      return text;
    };
  };
  const page = textOf('drive.html');
  return {
    script: served('drive.js'),
    style: served('drive.css'),
    worker: served('worker.js'),
    async page({ params: { secret } }, reply) {
      await roundFor(parts, secret);
      reply
        .header('content-security-policy', POLICY)
        .header('referrer-policy', 'no-referrer')
        .header('cache-control', 'no-store');
      return page;
    },
    async round({ params: { secret } }, reply) {
      const { id, day, kind, tour, acts } = await roundFor(parts, secret);
      reply.header('cache-control', 'no-store');
      return { id, day, kind, tour, acts };
    },
    async recordActs({ params: { secret }, body: { acts } }) {
      const round = await roundFor(parts, secret, (ended) => note(parts, ended, 'refused', {}));
      const known = new Set(round.tour.stops.map(({ container }) => container));
      const stray = acts.find(({ stop }) => !known.has(stop));
      if (stray !== undefined) throw refused('acts.stop', stray.stop, 'a container of the round');
      return parts.audit.during({ ...driving(round), details: { acts: acts.length } }, async () => {
        await keepActs(parts.db, round.tenant, round.id, latestOf(acts));
        const failed = await tellEmptied(parts, round, acts);
        await note(parts, round, 'done', { acts: acts.length, ...(failed > 0 && { failed }) });
        return { kept: acts.length };
      });
    },
  };
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
  secret: string,
  ended: (round: DrivenRound) => Promise<void> = async () => {},
): Promise<DrivenRound> {
  const round = await roundOfSecret(parts.db, secret);
  if (round === undefined) throw missing('round', 'of this link');
  if (!(await isLinkValid(parts, round))) {
    await ended(round);
    throw missing('round', 'of this link');
  }
  return round;
}

function note({ audit }: WasteParts, round: DrivenRound, outcome: 'done' | 'refused', details: object): Promise<void> {
  return audit.append({ ...driving(round), outcome, details });
}

/** The act of a driver, for the audit. */
function driving({ tenant, id, linkBy }: DrivenRound) {
  return { actor: linkBy, action: 'waste.drive', object: id, tenant };
}

/** The last act of each stop. */
function latestOf(acts: readonly Act[]): Act[] {
  const byStop = new Map<string, Act>();
  for (const act of acts.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))) byStop.set(act.stop, act);
  return [...byStop.values()];
}

/** Writes the entities in the name of who made the link. @returns how many could not be written */
async function tellEmptied(
  { clientAs, context, logger, publicUrl }: WasteParts,
  { tenant, author }: DrivenRound,
  acts: readonly Act[],
): Promise<number> {
  const client = clientAs(author);
  let failed = 0;
  for (const { stop, state, at } of latestOf(acts)) {
    const isByAppointment = isStop(stop);
    const value = new Date(Math.min(Date.parse(at), Date.now())).toISOString();
    const emptied = state === 'done' ? { dateLastEmptying: { type: 'Property', value } } : undefined;
    const change = isByAppointment ? actOnStop(state) : emptied;
    if (change === undefined) continue;
    await client
      .mergeEntity(stop, change, { tenant, context: isByAppointment ? stopContext({ publicUrl }) : context })
      .catch((err: unknown) => {
        failed += 1;
        logger.warn({ err, container: stop }, 'could not report an emptied container');
      });
  }
  return failed;
}

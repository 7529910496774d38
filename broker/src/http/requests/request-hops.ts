import type { FastifyReply, FastifyRequest } from 'fastify';
import { requestHops } from '../../entities/write-lane/counted-lane.ts';
import { HOPS_HEADER } from '../../model/hops.ts';
import { badMember } from '../../model/values.ts';

const NAME = HOPS_HEADER.toLowerCase();
const COUNT = /^[1-9]\d{0,8}$/;

/** How many notifications led to the request; undefined: none. @throws NgsiLdError BadRequestData */
export function hopsOf({ headers }: FastifyRequest): number | undefined {
  const given = headers[NAME];
  if (given === undefined) return undefined;
  if (typeof given !== 'string' || !COUNT.test(given)) throw badMember(HOPS_HEADER, given, 'a count from 1 on');
  return Number(given);
}

/** Tells the changes that a request makes how many notifications led to it. Runs in `preHandler`. */
export function countHops(request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void {
  try {
    const hops = hopsOf(request);
    if (hops === undefined) done();
    else requestHops.run(hops, done);
  } catch (error) {
    done(error as Error);
  }
}

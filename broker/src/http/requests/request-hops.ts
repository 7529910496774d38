import type { FastifyReply, FastifyRequest } from 'fastify';
import { HOPS_HEADER } from '../../model/hops.ts';
import { badMember } from '../../model/values.ts';

const NAME = HOPS_HEADER.toLowerCase();
declare module 'fastify' {
  interface FastifyRequest {
    /** The number of notifications that led to the request; undefined: none. */
    hops: number | undefined;
  }
}

const COUNT = /^[1-9]\d{0,8}$/;

/** Sets `request.hops`. @throws NgsiLdError BadRequestData: the header is not a count */
export function readHops(request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void {
  const given = request.headers[NAME];
  if (given === undefined) done();
  else if (typeof given === 'string' && COUNT.test(given)) {
    request.hops = Number(given);
    done();
  } else done(badMember(HOPS_HEADER, given, 'a count from 1 on'));
}

import type { FastifyRequest } from 'fastify';
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
export function readHops(request: FastifyRequest): void {
  const given = request.headers[NAME];
  if (given === undefined) return;
  if (typeof given !== 'string' || !COUNT.test(given)) throw badMember(HOPS_HEADER, given, 'a count from 1 on');
  request.hops = Number(given);
}

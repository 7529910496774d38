import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EntityMap } from '../../federation/entity-maps/entity-maps.ts';
import type { EntityMapRequest, UsedMap } from '../../operations/entity-map.ts';
import { type Parameters, readBoolean } from '../requests/parameters.ts';
import { API } from '../requests/resource.ts';

/** The entity map that a request asks to create or refers to (5.5.14). @throws NgsiLdError InvalidRequest */
export function readEntityMapRequest(request: FastifyRequest, parameters: Parameters): EntityMapRequest | undefined {
  const reference = request.headers['ngsild-entitymap'];
  const lifetime = parameters.entityMapLifetime;
  if (reference !== undefined) return { reference: String(reference), lifetime };
  return readBoolean(parameters, 'entityMap') === true ? { lifetime } : undefined;
}

/**
 * Adds a header with the entity map used (6.3.21); a reference is echoed (5.7.1.4). @param newCode the status if the
 * map is new
 */
export function setMapHeaders(
  request: FastifyRequest,
  reply: FastifyReply,
  used: UsedMap | undefined,
  newCode = 200,
): void {
  if (used === undefined) return;
  const reference = used.isNew ? mapPath(used.map) : String(request.headers['ngsild-entitymap']);
  if (used.isNew) reply.code(newCode);
  reply.raw.setHeader('NGSILD-EntityMap', reference);
}

/** The URI of the resource of a map. */
export function mapPath({ id }: EntityMap): string {
  return `${API}/entityMaps/${encodeURIComponent(id).replaceAll('%3A', ':')}`;
}

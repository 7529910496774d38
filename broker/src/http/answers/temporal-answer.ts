import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AttributeInstance } from '../../model/entity.ts';
import type { NameCompactor } from '../../model/names.ts';
import { inEarlierVersion } from '../../model/represent/earlier-version.ts';
import type { TemporalEntity, TemporalInstance } from '../../model/temporal/temporal-entity.ts';
import type { TimeRange } from '../../query/temporal/temporal-range.ts';
import { preferredMinor } from '../requests/version-preference.ts';

/** 206 with the range that a partial answer covers (6.3.10). */
export function setRange(reply: FastifyReply, range: TimeRange | undefined): void {
  if (range === undefined) return;
  reply.code(206).header('Content-Range', `date-time ${range.start}-${range.end}/${range.size}`);
}

/** Converts the evolution to an earlier version if the client prefers one; 203 indicates it (4.3.6.8). */
export function inPreferredVersion(
  request: FastifyRequest,
  reply: FastifyReply,
  entity: TemporalEntity,
): TemporalEntity {
  const { prefer } = request.headers;
  const minor = prefer === undefined ? undefined : preferredMinor(String(prefer));
  if (minor === undefined) return entity;
  let changed = false;
  const attributes: Record<string, TemporalInstance[]> = {};
  for (const name in entity.attributes) {
    attributes[name] = (entity.attributes[name] as readonly TemporalInstance[]).map((each) => {
      const instance = earlierInstance(name, each.instance, minor, request.ngsiLd.context);
      if (instance === each.instance) return each;
      changed = true;
      return { ...each, instance };
    });
  }
  if (!changed) return entity;
  reply.code(203);
  return { ...entity, attributes };
}

function earlierInstance(
  name: string,
  instance: AttributeInstance,
  minor: number,
  names: NameCompactor,
): AttributeInstance {
  const { createdAt, modifiedAt } = instance;
  const alone = { id: '', types: [], createdAt, modifiedAt, attributes: { [name]: [instance] } };
  return inEarlierVersion(alone, minor, names).attributes[name]?.[0] ?? instance;
}

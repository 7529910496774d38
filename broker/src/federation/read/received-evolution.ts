import { randomUUID } from 'node:crypto';
import { SCOPE } from '../../model/change-entity.ts';
import { type AttributeInstance, type AttributeKind, UNKNOWN_TIME } from '../../model/entity.ts';
import { stampInstance } from '../../model/fragment.ts';
import { RECEIVED, requestLeniency } from '../../model/leniency.ts';
import type { NameExpander } from '../../model/names.ts';
import type { TemporalEntity, TemporalInstance } from '../../model/temporal/temporal-entity.ts';
import {
  parseTemporalFragment,
  parseTemporalInstances,
  type TemporalInstanceFragment,
} from '../../model/temporal/temporal-fragment.ts';
import { nullOf } from '../../model/temporal/temporal-represent.ts';
import { badMember, isJsonObject, type JsonObject } from '../../model/values.ts';

/**
 * Reads the evolution of an entity from a source's answer, normalized and with times.
 *
 * @throws NgsiLdError BadRequestData, InvalidRequest: it is not an evolution
 */
export function readReceivedEvolution(body: unknown, names: NameExpander): TemporalEntity {
  return requestLeniency.run(RECEIVED, () => readEvolution(body, names));
}

function readEvolution(body: unknown, names: NameExpander): TemporalEntity {
  const { id, types, expiresAt } = parseTemporalFragment(headerOf(body), names);
  if (id === undefined) throw badMember('id', undefined, 'the URI of the entity');
  const document = body as JsonObject; // its header was parsed
  const attributes: Record<string, readonly TemporalInstance[]> = {};
  for (const member in document) {
    if (HEADER.has(member) || member.startsWith('@')) continue;
    const isScope = member === 'scope';
    const fragments = isScope
      ? (parseTemporalFragment({ scope: document.scope }, names).attributes[SCOPE] ?? [])
      : parseTemporalInstances(document[member], member, names);
    const contents = [document[member]].flat();
    attributes[isScope ? SCOPE : names.attribute(member)] = fragments.map((fragment, index) =>
      receivedInstance(fragment, contents[index]),
    );
  }
  return {
    id,
    types: types ?? [],
    attributes,
    ...timesOf(document),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

const HEADER: ReadonlySet<string> = new Set(['id', 'type', 'createdAt', 'modifiedAt', 'expiresAt', 'deletedAt']);

function headerOf(body: unknown): unknown {
  if (!isJsonObject(body)) return body;
  return Object.fromEntries(Object.entries(body).filter(([member]) => HEADER.has(member) || member.startsWith('@')));
}

function timesOf(document: JsonObject): Pick<TemporalEntity, 'createdAt' | 'modifiedAt' | 'deletedAt'> {
  const times = ['createdAt', 'modifiedAt', 'deletedAt'].filter((member) => isTime(document[member]));
  return Object.fromEntries(times.map((member) => [member, document[member]]));
}

function receivedInstance({ fragment, deletedAt }: TemporalInstanceFragment, content: unknown): TemporalInstance {
  const members = isJsonObject(content) ? content : {};
  const at = (member: string) => (isTime(members[member]) ? (members[member] as string) : UNKNOWN_TIME);
  const { datasetId, observedAt } = fragment;
  const instance = fragment.deleted
    ? ({
        type: fragment.type,
        value: nullOf(fragment.type as AttributeKind), // the Null is in the member for its attribute type
        ...(datasetId !== undefined && { datasetId }),
        ...(observedAt !== undefined && { observedAt }),
      } as AttributeInstance) // in the form that the history stores
    : stampInstance(fragment, UNKNOWN_TIME, undefined);
  const { instanceId } = members;
  return {
    instance: { ...instance, createdAt: at('createdAt'), modifiedAt: at('modifiedAt') },
    instanceId: typeof instanceId === 'string' ? instanceId : `urn:ngsi-ld:Instance:${randomUUID()}`,
    ...(fragment.deleted && { deletedAt: deletedAt ?? at('modifiedAt') }),
  };
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}

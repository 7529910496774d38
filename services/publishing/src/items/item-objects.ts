import type { Queryable } from '@alzette/kit/database';
import type { Judge, ObjectKind } from '@alzette/kit/objects';
import type { Territories, TerritoryInfo } from '@alzette/kit/service';
import { KINDS, type Kind } from '../contract/documents.ts';
import { ENTITY_KINDS, scopesOf } from './entity-of-item.ts';
import { COMMUNITY, type Item, isPublic } from './item.ts';
import { findItem } from './item-rows.ts';

/** A kind of items of an owner: a commune's slug, or '' for the community. */
export interface KindOfOwner {
  readonly kind: Kind;
  readonly owner: string;
}

/** What requests of agents are about, judged by the rights on the entities of items. */
export interface ItemObjects {
  /** What is not public is seen only by who may write it, or of the community by who may decline it for a commune. */
  readonly item: ObjectKind<Item>;
  /** To write items of this kind for this owner. That it can be written is no secret. */
  readonly writing: ObjectKind<KindOfOwner>;
  /** What helps to write: for who may write some kind for somebody. */
  readonly newsroom: ObjectKind<true>;
}

export function itemObjects(db: Queryable, territories: Territories): ItemObjects {
  const where = (judge: Judge) => territories.of(judge.caller.tenant);
  return {
    item: {
      name: 'item',
      find: (tenant, id) => findItem(db, tenant, id),
      may: (action, item, judge) =>
        mayWriteItem(judge, where(judge), item) ||
        (action === 'read' && (isPublic(item, new Date()) || mayDecline(judge, where(judge), item))),
    },
    writing: {
      name: 'item of this kind for this owner',
      find: () => undefined,
      may: (action, pair, judge) => action === 'read' || mayWriteItem(judge, where(judge), pair),
    },
    newsroom: {
      name: 'newsroom',
      find: () => true,
      may: (_action, _newsroom, judge) => writablePairs(judge, where(judge)).length > 0,
    },
  };
}

/** What they may write. */
export function writablePairs(judge: Judge, territory: TerritoryInfo): KindOfOwner[] {
  const owners = [COMMUNITY, ...territory.communes.map(({ slug }) => slug)];
  return owners.flatMap((owner) =>
    KINDS.map((kind) => ({ kind, owner })).filter((pair) => mayWriteItem(judge, territory, pair)),
  );
}

/** Of which they see drafts too: what they may write, and of the community what they may decline. Undefined: of all. */
export function seenPairs({ communes }: TerritoryInfo, writable: readonly KindOfOwner[]): KindOfOwner[] | undefined {
  if (writable.length === KINDS.length * (communes.length + 1)) return undefined;
  const kinds = [...new Set(writable.map(({ kind }) => kind))];
  return [...writable.filter(({ owner }) => owner !== COMMUNITY), ...kinds.map((kind) => ({ kind, owner: COMMUNITY }))];
}

/**
 * Whether they may write an entity of the kind for the owner: in its scope, or in each commune of the territory for the
 * community.
 */
export function mayWriteItem(judge: Judge, territory: TerritoryInfo, { kind, owner }: KindOfOwner): boolean {
  const { model } = ENTITY_KINDS[kind];
  const plan = { id: `urn:ngsi-ld:${model.type}:new`, types: [model.iri] };
  const scopes = scopesOf({ owner, document: { texts: { fr: { title: '' } } } }, territory);
  if (scopes.length === 0) return owner === COMMUNITY && judge.may('write', plan); // or a commune that left it
  return scopes.every((scope) => judge.may('write', { ...plan, scopes: [scope] }));
}

function mayDecline(judge: Judge, territory: TerritoryInfo, { kind, owner }: KindOfOwner): boolean {
  const inCommune = ({ slug }: { readonly slug: string }) => mayWriteItem(judge, territory, { kind, owner: slug });
  return owner === COMMUNITY && territory.communes.some(inCommune);
}

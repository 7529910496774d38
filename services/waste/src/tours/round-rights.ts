import { type Judge, lacking, type ObjectAction, type ObjectKind } from '@alzette/kit/objects';
import type { TerritoryInfo } from '@alzette/kit/service';
import type { Tour } from '../contract/contract.ts';
import type { WasteParts } from '../parts.ts';
import { findRound, type KeptRound } from './tour-rows.ts';

const CONTAINER = 'WasteContainer';
const ROUND = 'WasteCollectionRound';
/** What a round shows of its containers, and what its driver changes. */
const ATTRIBUTES = {
  read: ['name', 'location', 'fillingLevel', 'storedWasteKind'],
  write: ['dateLastEmptying'],
} as const;

/** Rounds are judged by their containers: all of them must be readable, or writable. */
export function roundsOf({ db }: Pick<WasteParts, 'db'>): ObjectKind<KeptRound> {
  return {
    name: 'round of waste collection',
    find: (tenant, id) => findRound(db, tenant, id),
    may: async (action, { tour }, judge) => (await lackingOf(action, containersOf([tour]), judge)).size === 0,
  };
}

/** Those of the rounds that may be read, by one query. */
export async function readableRounds(judge: Judge, rounds: readonly KeptRound[]): Promise<KeptRound[]> {
  const hidden = await lackingOf('read', containersOf(rounds.map(({ tour }) => tour)), judge);
  return rounds.filter(({ tour }) => !containersOf([tour]).some((id) => hidden.has(id)));
}

/** Whether these tours may be stored as rounds: their containers, and the rounds' entities in each of their communes. */
export async function mayKeep(judge: Judge, tours: readonly Tour[], territory: TerritoryInfo): Promise<boolean> {
  const scopes = scopesOf(tours, territory);
  // An entity in several scopes is covered by the right to one of them, so each is judged on its own.
  const plans = scopes.length === 0 ? [{}] : scopes.map((scope) => ({ scopes: [scope] }));
  const mayWriteRounds = plans.every((plan) =>
    judge.may('write', { id: `urn:ngsi-ld:${ROUND}:new`, types: [ROUND], ...plan }),
  );
  return mayWriteRounds && (await lackingOf('write', containersOf(tours), judge)).size === 0;
}

/** Whether they may read a round wherever it passes. */
export function mayReadEveryRound(judge: Judge, { communes }: TerritoryInfo): boolean {
  const plan = { id: `urn:ngsi-ld:${ROUND}:any`, types: [ROUND] };
  return communes.every(({ scope }) => judge.may('read', { ...plan, scopes: [scope] }));
}

/** Whether who made the link of a driver's page may still write the round's containers. */
export async function isLinkValid(
  { client, context, refusedTo }: WasteParts,
  { tenant, author, tour }: Pick<KeptRound, 'author' | 'tour'> & { readonly tenant: string },
): Promise<boolean> {
  const refused = await refusedTo(author, tenant, 'write', containersOf([tour]), ATTRIBUTES.write);
  if (refused.size === 0) return true;
  const { entities } = await client.queryEntities({
    id: [...refused],
    type: CONTAINER,
    tenant,
    context,
    pick: ['id'],
    limit: 1,
  });
  return entities.length === 0; // containers that are gone do not count
}

/** The scopes of the communes that rounds pass through. */
export function scopesOf(tours: readonly Tour[], { communes }: TerritoryInfo): string[] {
  const slugs = new Set(tours.flatMap(({ stops }) => stops.map(({ commune }) => commune)));
  return communes.filter(({ slug }) => slugs.has(slug)).map(({ scope }) => scope);
}

function containersOf(tours: readonly Tour[]): string[] {
  return [...new Set(tours.flatMap(({ stops }) => stops.map(({ container }) => container)))];
}

function lackingOf(action: ObjectAction, ids: readonly string[], judge: Judge): Promise<ReadonlySet<string>> {
  return lacking(judge, action, { type: CONTAINER, ids, attributes: ATTRIBUTES[action] });
}

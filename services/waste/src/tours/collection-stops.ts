import type { TerritoryInfo } from '@alzette/kit/service';
import { type Geometry, type NgsiLdClient, queryAll } from '@alzette/ngsi-ld-schemas';
import { NgsiLdClientError } from '@alzette/ngsi-ld-schemas/client';
import type { LonLat } from '@alzette/ngsi-ld-schemas/geo';
import type { Container } from '../contract/contract.ts';
import type { WasteParts } from '../parts.ts';

const TYPE = 'WasteCollectionStop';
/** Path of the @context of stops by appointment. */
const CONTEXT_PATH = '/contexts/Procedures/v1.jsonld';
const ID = `urn:ngsi-ld:${TYPE}:`;
/** The kind of waste that is collected by appointment. */
export const BULKY = 'bulky';
const PAGE = 1000;

/** A stop by appointment. */
export interface NewStop {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly location: Geometry;
  readonly scope: readonly string[];
  /** `YYYY-MM-DD`, local. */
  readonly day: string;
  /** m³. */
  readonly volume?: number;
  readonly serviceCase: string;
}

/** The port through which other services add stops to a collection. */
export interface CollectionStopPort {
  /** Adds it with the rights of the client; the same id adds it once. @returns its entity. @throws Problem: the broker refuses it */
  add(by: { readonly tenant: string; readonly client: NgsiLdClient }, stop: NewStop): Promise<string>;
}

export function collectionStopPort({ publicUrl }: Pick<WasteParts, 'publicUrl'>): CollectionStopPort {
  return {
    async add({ tenant, client }, { id, name, kind, location, scope, day, volume, serviceCase }) {
      const property = (value: unknown) => ({ type: 'Property', value });
      const entity = {
        id: ID + id,
        type: TYPE,
        ...(scope.length > 0 && { scope: [...scope] }),
        name: property(name),
        location: { type: 'GeoProperty', value: location },
        plannedDate: property({ '@type': 'Date', '@value': day }),
        storedWasteKind: property(kind),
        ...(volume !== undefined && { volume: { type: 'Property', value: volume, unitCode: 'MTQ' } }),
        status: property('planned'),
        refServiceCase: { type: 'Relationship', object: serviceCase },
      };
      await client.createEntity(entity, { tenant, context: publicUrl + CONTEXT_PATH }).catch((error: unknown) => {
        if (!(error instanceof NgsiLdClientError && error.status === 409)) throw error;
      });
      return entity.id;
    },
  };
}

export function isStop(id: string): boolean {
  return id.startsWith(ID);
}

/** The stops of a day that are still to be made, as a round takes them. A cubic metre counts as a full container. */
export async function readStops(
  client: NgsiLdClient,
  {
    tenant,
    publicUrl,
    territory,
    day,
  }: { readonly tenant: string; readonly publicUrl: string; readonly territory: TerritoryInfo; readonly day: string },
): Promise<Container[]> {
  const query = { type: TYPE, tenant, context: publicUrl + CONTEXT_PATH, format: 'concise', limit: PAGE } as const;
  const q = 'status=="planned"';
  const stops = await Array.fromAsync(queryAll<StopEntity>(client, { ...query, q }));
  return stops
    .filter(({ plannedDate }) => plain(plannedDate) === day)
    .map(({ id, name = id, scope, location, storedWasteKind = BULKY, volume }) => {
      const commune = territory.communes.find((each) => [scope ?? []].flat().includes(each.scope));
      return {
        id,
        name: plain(name) ?? id,
        ...(commune && { commune: commune.slug }),
        kind: plain(storedWasteKind) ?? BULKY,
        ...(location?.type === 'Point' && { position: location.coordinates as unknown as LonLat }),
        level: Number(plain(volume) ?? 1),
        isAccessible: true,
      };
    });
}

type Concise<T> = T | { readonly value: T } | { readonly '@value': T } | { readonly value: { readonly '@value': T } };

interface StopEntity {
  readonly id: string;
  readonly name?: Concise<string>;
  readonly scope?: string | readonly string[];
  readonly location?: Geometry;
  readonly plannedDate?: Concise<string>;
  readonly storedWasteKind?: Concise<string>;
  readonly volume?: Concise<number>;
}

/** The value of a concise attribute. */
function plain<T extends string | number>(given: Concise<T> | undefined): T | undefined {
  let value: unknown = given;
  while (typeof value === 'object' && value !== null) {
    value = 'value' in value ? value.value : (value as { readonly '@value'?: unknown })['@value'];
  }
  return value as T | undefined;
}

/** What a driver's act says of a stop: its entity is changed, as a container's is. */
export function actOnStop(state: 'done' | 'inaccessible' | 'open'): Record<string, unknown> | undefined {
  if (state === 'open') return undefined;
  return { status: { type: 'Property', value: state === 'done' ? 'collected' : 'notOut' } };
}

/** The @context for changes of stops. */
export function stopContext({ publicUrl }: Pick<WasteParts, 'publicUrl'>): string {
  return publicUrl + CONTEXT_PATH;
}

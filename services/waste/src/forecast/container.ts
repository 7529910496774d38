import type { TerritoryInfo } from '@alzette/kit/service';
import { type Geometry, type NgsiLdClient, queryAll } from '@alzette/ngsi-ld-schemas';
import type { LonLat } from '@alzette/ngsi-ld-schemas/geo';

import type { Container } from '../contract/contract.ts';

interface ContainerEntity {
  readonly id: string;
  readonly name?: string;
  readonly scope?: string | readonly string[];
  readonly location?: Geometry;
  readonly storedWasteKind?: string | readonly string[];
  readonly fillingLevel?: number | { readonly value: number; readonly observedAt?: string };
  readonly status?: string | { readonly value: string };
  readonly dateLastEmptying?: string | { readonly value: string };
  readonly actuationHours?: string;
  readonly accessible?: boolean;
}

const PAGE = 1000;
const PICK = [
  'id',
  'type',
  'scope',
  'name',
  'location',
  'storedWasteKind',
  'fillingLevel',
  'status',
  'dateLastEmptying',
  'actuationHours',
  'accessible',
];

/** All containers that the client may read. */
export async function readContainers(
  client: NgsiLdClient,
  {
    tenant,
    context,
    territory,
  }: { readonly tenant: string; readonly context: string; readonly territory: TerritoryInfo },
): Promise<Container[]> {
  const query = { type: 'WasteContainer', tenant, context, format: 'concise', pick: PICK, limit: PAGE } as const;
  const entities = await Array.fromAsync(queryAll<ContainerEntity>(client, query));
  return entities.map((entity) => containerOf(entity, territory));
}

function containerOf(entity: ContainerEntity, { communes }: TerritoryInfo): Container {
  const { id, name = id, scope, location, storedWasteKind, fillingLevel, actuationHours, accessible } = entity;
  const commune = communes.find((each) => [scope ?? []].flat().includes(each.scope));
  const measured = typeof fillingLevel === 'number' ? { value: fillingLevel } : fillingLevel;
  const [status, emptiedAt] = [plain(entity.status), plain(entity.dateLastEmptying)];
  return {
    id,
    name,
    ...(commune && { commune: commune.slug }),
    kind: [storedWasteKind ?? 'other'].flat()[0] ?? 'other',
    ...(location?.type === 'Point' && { position: location.coordinates as unknown as LonLat }),
    ...(measured && { level: measured.value }),
    ...(measured?.observedAt !== undefined && { observedAt: measured.observedAt }),
    ...(status !== undefined && { status }),
    ...(emptiedAt !== undefined && { emptiedAt }),
    ...(actuationHours !== undefined && { hours: actuationHours }),
    isAccessible: accessible !== false,
  };
}

function plain(value: string | { readonly value: string } | undefined): string | undefined {
  return typeof value === 'object' ? value.value : value;
}

/** Which determines the holidays of a commune. */
export function departmentOf({ communes }: TerritoryInfo, slug: string | undefined): string | undefined {
  return communes.find((commune) => commune.slug === slug)?.department;
}

import type { Territories, TerritoryInfo } from '@alzette/kit/service';

/** The parts of the service, shared by its folders. */
export type { ServiceContext as OpenDataParts } from '@alzette/kit/service';

/** Who publishes open data, and where they are found. */
export interface Site {
  readonly tenant: string;
  readonly territory: TerritoryInfo;
  readonly publicUrl: string;
}

export function siteOf(territories: Territories, tenant: string): Site {
  return { tenant, territory: territories.of(tenant), publicUrl: territories.publicUrl(tenant) };
}

/** Identifiers of datasets begin with the address of their publisher, so a tenant without a host has none. */
export function mayPublish(territories: Territories, tenant: string): boolean {
  return tenant === '' || territories.publicUrl(tenant) !== territories.publicUrl('');
}

import { ask } from '@alzette/web/asking';

/** How a tenant handles clients that deviate from the standard; what is absent is as the server is set. */
export interface Interop {
  readonly defaultContext?: string;
  readonly lenient?: boolean;
  readonly version?: string;
}

export const LENIENCE = ['server', 'on', 'off'] as const;

/** Whether a tenant tolerates deviations, or does as the server is set. */
export type Lenience = (typeof LENIENCE)[number];

export function lenienceOf({ lenient }: Interop): Lenience {
  return lenient === undefined ? 'server' : lenient ? 'on' : 'off';
}

export function withLenience({ lenient: _before, ...others }: Interop, lenience: Lenience): Interop {
  return lenience === 'server' ? others : { ...others, lenient: lenience === 'on' };
}

/** Replaces all of a tenant's settings; without any, they are removed. */
export function saveInterop(tenant: string, interop: Interop): Promise<unknown> {
  const path = `/ops/tenants/${encodeURIComponent(tenant)}/interop`;
  return Object.keys(interop).length > 0 ? ask('PUT', path, interop) : ask('DELETE', path);
}

import type { Interop } from '@alzette/broker/contract';
import { tenants } from '../../../broker/operations.ts';

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
  const params = { name: tenant };
  return Object.keys(interop).length > 0
    ? tenants.setInterop({ params, body: interop })
    : tenants.removeInterop({ params });
}

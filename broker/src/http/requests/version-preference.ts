import type { FastifyRequest } from 'fastify';

/** The minor version of NGSI-LD 1.x that this broker implements. */
const OWN_MINOR = 9;

interface Version {
  readonly major: number;
  readonly minor: number;
}

/**
 * The minor version of NGSI-LD 1.x in `Prefer: ngsi-ld=1.x` (4.3.6.8), at most the broker's own; undefined if there is
 * none, or if a later version is preferred.
 */
export function preferredMinor(prefer: string | undefined): number | undefined {
  const version = preferredVersion(prefer);
  if (version === undefined || version.major > 1) return undefined;
  return version.major < 1 ? 0 : Math.min(version.minor, OWN_MINOR);
}

/** The version for `Preference-Applied`; undefined: none is preferred. */
export function appliedVersion(prefer: string | undefined): string | undefined {
  const version = preferredVersion(prefer);
  if (version === undefined) return undefined;
  return version.major > 1 ? '2.0' : `1.${preferredMinor(prefer)}`;
}

/** Which version answers a request, where the drafts of NGSI-LD 2.0 contradict 1.9.1. */
export type AnsweredVersion = 'earlier' | 'own' | '2.0';

/** By `Prefer`, otherwise by the setting of the tenant. */
export function answeredVersion({ headers, interop }: FastifyRequest): AnsweredVersion {
  const version = preferredVersion(headers.prefer === undefined ? undefined : String(headers.prefer));
  if (version === undefined) return interop?.version === '2.0' ? '2.0' : 'own';
  return version.major > 1 ? '2.0' : 'earlier';
}

/** Names are case-insensitive, values may be quoted (RFC 7240). */
function preferredVersion(prefer: string | undefined): Version | undefined {
  if (prefer === undefined) return undefined;
  for (const preference of prefer.split(',')) {
    const [name, value] = (preference.split(';')[0] as string).split('=');
    if (name?.trim().toLowerCase() !== 'ngsi-ld') continue;
    const version = /^"?(\d{1,3})\.(\d{1,3})"?$/.exec(value?.trim() ?? '');
    if (version !== null) return { major: Number(version[1]), minor: Number(version[2]) };
  }
  return undefined;
}

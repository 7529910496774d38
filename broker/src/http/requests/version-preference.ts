/** The minor version of NGSI-LD 1.x that this broker implements. */
const OWN_MINOR = 9;

/**
 * The minor version of NGSI-LD 1.x in `Prefer: ngsi-ld=1.x` (4.3.6.8), at most the broker's own; undefined if there is
 * none. Names are case-insensitive, values may be quoted (RFC 7240).
 */
export function preferredMinor(prefer: string | undefined): number | undefined {
  if (prefer === undefined) return undefined;
  for (const preference of prefer.split(',')) {
    const [name, value] = (preference.split(';')[0] as string).split('=');
    if (name?.trim().toLowerCase() !== 'ngsi-ld') continue;
    const version = /^"?(\d{1,3})\.(\d{1,3})"?$/.exec(value?.trim() ?? '');
    if (version === null) continue;
    const [major, minor] = [Number(version[1]), Number(version[2])];
    if (major < 1) return 0;
    return major > 1 ? OWN_MINOR : Math.min(minor, OWN_MINOR);
  }
  return undefined;
}

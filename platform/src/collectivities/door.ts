import { isIP } from 'node:net';
import type { Door } from '@alzette/broker';
import type { Collectivities } from '@alzette/territory';
import type { Config } from '../config.ts';

/**
 * Which tenant a host leads to. Names without a dot and addresses are the installation's own: health checks and
 * containers use them. As soon as a collectivity has a host, other names lead nowhere.
 *
 * @param collectivities undefined until they are read, when nobody is served yet
 */
export function doorOf(
  { publicUrl, ownHosts, hostsAdmitTenants }: Pick<Config, 'publicUrl' | 'ownHosts' | 'hostsAdmitTenants'>,
  collectivities: () => Collectivities | undefined,
): Door {
  const own = new Set([new URL(publicUrl).hostname, ...ownHosts]);
  return {
    get isUsed() {
      return collectivities()?.hasHosts ?? false;
    },
    tenantOf: (host) => (own.has(host) ? undefined : collectivities()?.tenantOf(host)),
    isOwn: (host) => own.has(host) || !host.includes('.') || host.startsWith('[') || isIP(host) !== 0,
    mainUrlOf: (host) => collectivities()?.mainUrlOf(host),
    admitsOthers: hostsAdmitTenants,
    isPublic: (tenant) => (collectivities()?.own(tenant)?.row.hosts.length ?? 0) > 0,
  };
}

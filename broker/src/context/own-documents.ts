import { hostname, networkInterfaces } from 'node:os';

/** The path under which the contexts of 5.13 are served. */
export const CONTEXTS_PATH = '/ngsi-ld/v1/jsonldContexts/';

/** Recognises URLs that lead back to this product, so that they need no network request. */
export interface OwnDocuments {
  /** The path, if the URL's host is this broker. */
  pathOf(url: string): string | undefined;
  /** The public URL of one of this broker's paths. */
  urlOf(path: string): string;
}

/**
 * Own hosts are that of the public URL, those of tenants, loopback, and every address and name of this machine, with any port: there may
 * be a proxy or development server in between, and the documents found this way are the same everywhere.
 *
 * @param publicUrl may contain a path, if a proxy maps a folder of its site to this broker
 * @param isOfTenant whether a host belongs to a tenant
 */
export function createOwnDocuments(publicUrl: string, isOfTenant: (host: string) => boolean): OwnDocuments {
  const base = publicUrl.replace(/\/+$/, '');
  const { hostname: publicHost, pathname } = new URL(`${base}/`);
  const folder = pathname.slice(0, -1);
  const hosts = new Set(['localhost', '[::1]', publicHost, hostname().toLowerCase(), ...machineHosts()]);

  return {
    pathOf(text) {
      const url = URL.parse(text);
      if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return undefined;
      const host = url.hostname;
      if (!hosts.has(host) && !host.startsWith('127.') && !isOfTenant(host)) return undefined;
      return folder !== '' && url.pathname.startsWith(`${folder}/`) ? url.pathname.slice(folder.length) : url.pathname;
    },
    urlOf: (path) => base + path,
  };
}

function machineHosts(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .map(({ address, family }) => (family === 'IPv6' ? `[${address}]` : address));
}

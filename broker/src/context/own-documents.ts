import { hostname, networkInterfaces } from 'node:os';

/** Where, on a host of ours, the contexts of 5.13 are served. */
export const CONTEXTS_PATH = '/ngsi-ld/v1/jsonldContexts/';

/** Which URLs lead back to this product: known without a request over the network. */
export interface OwnDocuments {
  /** The path, when the URL's host is ours. */
  pathOf(url: string): string | undefined;
  /** The URL under which others reach a path of ours. */
  urlOf(path: string): string;
}

/**
 * Ours are the public URL, loopback and every address and name of this machine, whatever the port: a proxy or a
 * development server may stand before us, and the documents that are found this way are the same on each.
 *
 * @param publicUrl may carry a path, when a proxy gives us a folder of its site
 */
export function createOwnDocuments(publicUrl: string): OwnDocuments {
  const base = publicUrl.replace(/\/+$/, '');
  const { hostname: publicHost, pathname } = new URL(`${base}/`);
  const folder = pathname.slice(0, -1);
  const hosts = new Set(['localhost', '[::1]', publicHost, hostname().toLowerCase(), ...machineHosts()]);

  return {
    pathOf(text) {
      const url = URL.parse(text);
      if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return undefined;
      if (!hosts.has(url.hostname) && !url.hostname.startsWith('127.')) return undefined;
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

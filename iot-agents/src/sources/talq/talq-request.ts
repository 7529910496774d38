import type { TalqFrom } from './talq-source.ts';

/** The URL of a resource of the gateway. */
export function talqUrl({ url, clientAddress }: TalqFrom, resource: string): URL {
  const made = new URL(`${url.replace(/\/+$/, '')}/${resource}`);
  made.searchParams.set('clientAddress', clientAddress);
  return made;
}

export function talqHeaders({ apiVersion = '2.6.2', headers, secretHeaders }: TalqFrom) {
  return {
    headers: { accept: 'application/json', 'talq-api-version': apiVersion, ...headers },
    ...(secretHeaders === undefined ? {} : { secretHeaders }),
  };
}

import { unavailable } from '@alzette/kit/problems';
import { clamd } from './clamd.ts';
import { icap } from './icap.ts';
import type { Scanner } from './scanner.ts';

const RETRY_AFTER_S = 60;
export const ANTIVIRUS_PROTOCOLS = ['clamd:', 'icap:'];

/** @param url `clamd://host:3310` or `icap://host:1344/service`; undefined: no scan */
export function openAntivirus(url: string | undefined): Scanner {
  if (url === undefined) return { scan: async () => undefined };
  const { protocol, hostname, port, pathname } = new URL(url);
  const scanner =
    protocol === 'icap:'
      ? icap({ host: hostname, port: Number(port || 1344), service: pathname })
      : clamd({ host: hostname, port: Number(port || 3310) });
  return {
    async scan(bytes) {
      // A file that could not be scanned is not stored.
      return scanner.scan(bytes).catch((cause: unknown) => {
        throw Object.assign(unavailable('The antivirus does not answer', RETRY_AFTER_S), { cause });
      });
    },
  };
}

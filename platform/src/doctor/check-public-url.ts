import type { Config } from '../config.ts';
import { checkPorts } from '../listening/ports.ts';
import { type Finding, fault, good, warning } from './finding.ts';

const WITHIN_MS = 5000;
/** The authority of the certificate is not known to this machine, but maybe to those of the users. */
const UNTRUSTED = /SELF_SIGNED|UNABLE_TO/;
/** No browser accepts the certificate: it has expired, or is for another name. */
const REFUSED = /^CERT_|ALTNAME/;

/** Whether PUBLIC_URL leads to us, and is the address that browsers end up at. */
export async function checkPublicUrl(config: Config): Promise<Finding> {
  const what = 'PUBLIC_URL';
  const { publicUrl } = config;
  const look = `curl -v ${publicUrl}/version`;
  let answer: Response;
  try {
    answer = await fetch(`${publicUrl}/version`, { signal: AbortSignal.timeout(WITHIN_MS) });
  } catch (error) {
    if (UNTRUSTED.test(codeOf(error))) return good(what, `${publicUrl} answers; its certificate is not known here`);
    if (REFUSED.test(codeOf(error)))
      return fault(what, `${publicUrl}: ${codeOf(error)}`, `renew its certificate, for this name: ${look}`);
    if (await isFree(config)) return good(what, `${publicUrl}: it is tried once Alzette runs`);
    const found = `${publicUrl} can't be reached from this machine: ${codeOf(error)}`;
    return warning(what, found, `look at the DNS entry, the firewall and the reverse proxy: ${look}`);
  }
  const { name } = (await answer.json().catch(() => ({}))) as { readonly name?: unknown };
  const { origin } = new URL(answer.url);
  if (publicUrl.startsWith('http:') && origin.startsWith('https:'))
    return fault(what, `${publicUrl} leads to ${origin}`, `set PUBLIC_URL=${origin}: sign-in and links need it`);
  if (name === 'Alzette') return good(what, `${publicUrl} leads here`);
  if (await isFree(config))
    return warning(what, `${publicUrl} answers ${answer.status}`, `start Alzette, then look: ${look}`);
  return fault(what, `${publicUrl} is answered by another program (${answer.status})`, `look at the proxy: ${look}`);
}

/** Behind a proxy, all requests come from its address, unless it is trusted to name that of the client. */
export function checkProxies({ publicUrl, tls, proxies }: Pick<Config, 'publicUrl' | 'tls' | 'proxies'>): Finding {
  const what = 'proxies';
  if (proxies.length > 0) return good(what, `those of ${proxies.join(', ')} are trusted`);
  if (tls !== undefined || !publicUrl.startsWith('https:')) return good(what, 'none');
  return warning(
    what,
    'PUBLIC_URL is that of a reverse proxy, and TRUSTED_PROXIES is not set: all requests count as those of one address',
    'set TRUSTED_PROXIES to the address of the proxy, 127.0.0.1 if it is on this machine',
  );
}

async function isFree(config: Config): Promise<boolean> {
  return checkPorts({ ...config, mqttPort: 0, mqttsPort: 0 }).then(
    () => true,
    () => false,
  );
}

/** The code of the innermost error, otherwise its message. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause !== undefined) return codeOf(error.cause);
  return (error as NodeJS.ErrnoException).code ?? error.message;
}

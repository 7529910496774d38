import type { TestContext } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { type Certificate, openAuthority } from '../../../../iot-agents/test/support/authority.ts';
import { findProgram } from '../../../../scripts/programs.ts';

/** A certificate for 127.0.0.1 that this process trusts until the test ends; undefined: openssl is missing. */
export async function trustedCertificate(t: TestContext): Promise<Certificate | undefined> {
  const openssl = findProgram('/usr/bin/openssl', 'openssl');
  if (openssl === undefined) return undefined;
  const authority = await openAuthority(t, openssl);
  const trusted = getCACertificates('default');
  setDefaultCACertificates([...trusted, authority.ca]);
  t.after(() => setDefaultCACertificates(trusted));
  return authority.sign('push');
}

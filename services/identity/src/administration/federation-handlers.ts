import { missing, Problem, refused } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import type { FederationContract } from '../contract/federation.ts';
import { syncDirectory } from '../federation/directories.ts';
import type { IdentityParts } from '../parts.ts';
import { deleteDirectory, listDirectories, saveDirectory } from '../store/directories.ts';
import { deleteProvider, listProviders, saveProvider } from '../store/external-providers.ts';
import { recorder } from './recording.ts';

type Of<N extends keyof FederationContract['operations']> = Handlers<FederationContract, N>;

/** External sources of users: OpenID providers and directories. */
export function federationHandlers(parts: IdentityParts): Handlers<FederationContract> {
  return { ...providerHandlers(parts), ...directoryHandlers(parts) };
}

function providerHandlers(parts: IdentityParts): Of<'providers' | 'saveProvider' | 'deleteProvider'> {
  const { db, secrets } = parts;
  const record = recorder(parts);
  return {
    providers: async () => ({ providers: await listProviders(db) }),
    async saveProvider({ params: { name }, body: { clientSecret, settings = {}, enabled = true, ...body }, ip }) {
      checkIssuer(body.issuer);
      await saveProvider(db, secrets, { ...body, name, settings, enabled }, clientSecret);
      await record(ip, { act: 'provider.save', name });
    },
    async deleteProvider({ params: { name }, ip }) {
      if (!(await deleteProvider(db, name))) throw missing('provider', name);
      await record(ip, { act: 'provider.delete', name });
    },
  };
}

function directoryHandlers(parts: IdentityParts): Of<'directories' | 'saveDirectory' | 'deleteDirectory' | 'sync'> {
  const { db, secrets } = parts;
  const record = recorder(parts);
  return {
    directories: async () => ({ directories: await listDirectories(db) }),
    async saveDirectory({ params: { name }, body, ip }) {
      const { bindPassword, bindDn = '', settings = {}, enabled = true, ...rest } = body;
      await saveDirectory(db, secrets, { ...rest, name, bindDn, settings, enabled }, bindPassword);
      await record(ip, { act: 'directory.save', name });
    },
    async deleteDirectory({ params: { name }, ip }) {
      if (!(await deleteDirectory(db, name))) throw missing('directory', name);
      await record(ip, { act: 'directory.delete', name });
    },
    async sync({ params: { name } }) {
      try {
        return await syncDirectory(parts, name);
      } catch (error) {
        if (error instanceof Problem) throw error;
        parts.logger.warn({ err: error, directory: name }, 'could not query a directory');
        throw new Problem(502, 'The directory does not answer', error instanceof Error ? error.message : '');
      }
    },
  };
}

/** The issuer is trusted. Without TLS its answers could be forged. */
function checkIssuer(issuer: string): void {
  const { protocol, hostname } = new URL(issuer);
  const isLocal = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
  if (protocol !== 'https:' && !(protocol === 'http:' && isLocal)) throw refused('issuer', issuer, 'an https URL');
}

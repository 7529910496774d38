import type { Client, Entry } from 'ldapts';
import type { KeptDirectory } from '../store/directories.ts';
import type { Stranger } from './keep-account.ts';

export type OpenedDirectory = KeptDirectory & { readonly bindPassword: string };

const TIMEOUT_MS = 10_000;
const PAGE_SIZE = 500;
const USERS = '(objectClass=inetOrgPerson)';
const MEMBERS = '(member={dn})';

/** Works with a directory, bound as its search user. */
export async function inDirectory<T>(directory: OpenedDirectory, work: (client: Client) => Promise<T>): Promise<T> {
  const { bindDn, bindPassword } = directory;
  const client = await connect(directory);
  try {
    if (bindDn !== '') await client.bind(bindDn, bindPassword);
    return await work(client);
  } finally {
    await client.unbind().catch(() => undefined);
  }
}

/** Whether the password belongs to an entry. An empty one would bind anonymously, which succeeds (RFC 4513, 5.1.2). */
export async function isPasswordIn(directory: OpenedDirectory, dn: string, password: string): Promise<boolean> {
  if (password === '') return false;
  const client = await connect(directory);
  try {
    await client.bind(dn, password);
    return true;
  } catch (error) {
    if (error instanceof (await library()).InvalidCredentialsError) return false;
    throw error;
  } finally {
    await client.unbind().catch(() => undefined);
  }
}

/** Loaded for the first directory, because many sites have none. */
function library() {
  return import('ldapts');
}

async function connect({ url, settings }: KeptDirectory): Promise<Client> {
  const tlsOptions = settings.authority === undefined ? {} : { ca: [settings.authority] };
  const isTls = url.startsWith('ldaps:');
  const { Client } = await library();
  const client = new Client({
    url,
    timeout: TIMEOUT_MS,
    connectTimeout: TIMEOUT_MS,
    ...(isTls && { tlsOptions }),
  });
  if (settings.startTls && !isTls) await client.startTLS(tlsOptions);
  return client;
}

/** The users of a directory: all, or the one with a name or address. */
export async function usersOf(client: Client, directory: KeptDirectory, name?: string): Promise<Stranger[]> {
  const { baseDn, settings } = directory;
  const { username, email, givenName, familyName } = attributesOf(directory);
  const all = settings.userFilter ?? USERS;
  const named = name === undefined ? '' : `(|(${username}=${escaped(name)})(${email}=${escaped(name)}))`;
  const { searchEntries } = await client.search(baseDn, {
    scope: 'sub',
    filter: name === undefined ? all : `(&${all}${named})`,
    attributes: [username, email, givenName, familyName],
    paged: { pageSize: PAGE_SIZE },
  });
  const strangers: Stranger[] = [];
  for (const entry of searchEntries) {
    const uid = textOf(entry, username);
    const mail = textOf(entry, email);
    const [given, family] = [textOf(entry, givenName), textOf(entry, familyName)];
    strangers.push({
      source: `directory:${directory.name}`,
      distinguishedName: entry.dn,
      username: uid ?? '',
      ...(mail !== undefined && { email: mail, emailVerified: true }),
      ...(given !== undefined && { givenName: given }),
      ...(family !== undefined && { familyName: family }),
      ...(settings.organisation !== undefined && { organisation: settings.organisation }),
      groups: settings.groups === undefined ? [] : await groupsOf(client, directory, entry.dn, uid ?? ''),
    });
  }
  return strangers;
}

/** Names and distinguished names of the groups of an entry. */
async function groupsOf(client: Client, { baseDn, settings }: KeptDirectory, dn: string, username: string) {
  const filter = (settings.groupFilter ?? MEMBERS)
    .replaceAll('{dn}', escaped(dn))
    .replaceAll('{username}', escaped(username));
  const { searchEntries } = await client.search(settings.groupBaseDn ?? baseDn, {
    scope: 'sub',
    filter,
    attributes: ['cn'],
    paged: { pageSize: PAGE_SIZE },
  });
  return searchEntries.flatMap((entry) => [entry.dn, textOf(entry, 'cn') ?? []].flat());
}

function attributesOf({ settings: { attributes = {} } }: KeptDirectory) {
  const { username = 'uid', email = 'mail', givenName = 'givenName', familyName = 'sn' } = attributes;
  return { username, email, givenName, familyName };
}

function textOf(entry: Entry, name: string): string | undefined {
  const found = Object.entries(entry).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
  const [first] = [found ?? []].flat();
  const text = first === undefined ? '' : String(first).trim();
  return text === '' ? undefined : text;
}

/** Escapes a value within a filter (RFC 4515, 3). */
function escaped(value: string): string {
  return value.replace(/[\\*()\0]/g, (character) => `\\${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

import { type Accounts, ForeignFileError, idOf, type User } from './accounts.ts';

type Entry = ReadonlyMap<string, readonly string[]>;

const PERSON = /^(inetOrgPerson|person|posixAccount|user)$/i;
const GROUP = /^(groupOfNames|groupOfUniqueNames|posixGroup|group)$/i;
const EXPECTED = 'entries of LDIF with people or groups, as slapcat or ldapsearch -LLL write them';

/**
 * People and groups of a directory's LDIF (RFC 2849). Where the directory stays, `/ops/identity/directories` follows it
 * instead.
 *
 * @throws ForeignFileError: it has neither
 */
export function accountsOfLdif(text: string): Accounts {
  const entries = entriesOf(text);
  const isOf = (kind: RegExp) => (entry: Entry) => (entry.get('objectclass') ?? []).some((name) => kind.test(name));
  const groups = entries.filter(isOf(GROUP)).map((entry) => ({ id: idOf(first(entry, 'cn') ?? ''), entry }));
  const people = entries.filter(isOf(PERSON));
  if (people.length + groups.length === 0) throw new ForeignFileError('file', `${entries.length} entries`, EXPECTED);
  const named = people.flatMap((entry) => {
    const username = first(entry, 'uid') ?? first(entry, 'samaccountname');
    return username === undefined ? [] : [{ entry, username }];
  });
  const groupsOf = (entry: Entry, username: string) => {
    const names = [first(entry, 'dn') ?? '', username].map((name) => name.toLowerCase());
    const members = (group: Entry) => ['member', 'uniquemember', 'memberuid'].flatMap((name) => group.get(name) ?? []);
    return groups.filter((group) => members(group.entry).some((member) => names.includes(member.toLowerCase())));
  };
  return {
    roles: [],
    groups: groups.map(({ id, entry }) => ({ id, name: first(entry, 'cn') ?? id, roles: [] })),
    users: named.map(({ entry, username }) =>
      userOf(
        entry,
        username,
        groupsOf(entry, username).map(({ id }) => id),
      ),
    ),
    clients: [],
    notes: [
      'groups have no roles yet: PUT /ops/identity/groups/ID {"name": …, "roles": […]}',
      'passwords: everybody chooses a new one (alzette user link NAME)',
      ...people
        .filter((entry) => !named.some((each) => each.entry === entry))
        .map((entry) => `${first(entry, 'dn')}: it has no uid or sAMAccountName`),
    ],
  };
}

function userOf(entry: Entry, username: string, groups: readonly string[]): User {
  const [email, givenName, familyName] = ['mail', 'givenname', 'sn'].map((name) => first(entry, name));
  const language = /^(fr|en|de|lb)/i.exec(first(entry, 'preferredlanguage') ?? '')?.[1]?.toLowerCase();
  return {
    username,
    ...(email && { email }),
    ...(givenName && { givenName }),
    ...(familyName && { familyName }),
    ...(language && { language }),
    groups,
  };
}

const first = (entry: Entry, name: string) => entry.get(name)?.[0];

/** Entries with the names of attributes in lower case, without options such as `;lang-fr`. */
function entriesOf(text: string): Entry[] {
  const unfolded = text.replace(/\r\n/g, '\n').replace(/\n /g, '');
  return unfolded.split(/\n{2,}/).flatMap((block) => {
    const entry = new Map<string, string[]>();
    for (const line of block.split('\n')) {
      const [, name, options, isBase64, value] = /^([A-Za-z][\w.-]*)((?:;[\w-]+)*):(:?) *(.*)$/.exec(line) ?? [];
      if (name === undefined || value === undefined || options !== '') continue;
      const key = name.toLowerCase();
      const read = isBase64 ? Buffer.from(value, 'base64').toString('utf8') : value;
      entry.set(key, [...(entry.get(key) ?? []), read]);
    }
    return entry.has('dn') ? [entry] : [];
  });
}

import { csvLine } from '@alzette/kit/csv';
import { type AskProduct, mustAnswer } from '@alzette/packs/kinds';
import type { Accounts, User } from './accounts.ts';

export interface SentAccounts {
  readonly created: number;
  readonly updated: number;
  readonly refused: readonly { readonly username: string; readonly reason: string }[];
  /** New secrets of clients, by their ids; they can't be read again. */
  readonly secrets: { readonly [client: string]: string };
}

const COLUMNS = ['username', 'email', 'givenName', 'familyName', 'language', 'roles', 'groups'] as const;

/** Saves roles, groups, clients and accounts. It can be repeated. @throws Error: the product refuses something */
export async function sendAccounts(
  ask: AskProduct,
  { roles, groups, users, clients }: Accounts,
): Promise<SentAccounts> {
  const put = (path: string, body: unknown) => mustAnswer(ask, 'PUT', path, { body });
  for (const { id, description } of roles) await put(`/ops/identity/roles/${id}`, { description });
  for (const { id, ...group } of groups) await put(`/ops/identity/groups/${id}`, group);
  const secrets: Record<string, string> = {};
  for (const { id, document, limits } of clients) {
    const { secret } = (await put(`/ops/identity/clients/${id}`, document)) as { secret?: string };
    if (secret !== undefined) secrets[id] = secret;
    if (limits) await put(`/ops/access/limits/${encodeURIComponent(`client:${id}`)}`, limits);
  }
  if (users.length === 0) return { created: 0, updated: 0, refused: [], secrets };
  const report = await mustAnswer(ask, 'POST', '/ops/identity/users/import', { body: csvOf(users) });
  return { ...(report as Omit<SentAccounts, 'secrets'>), secrets };
}

function csvOf(users: readonly User[]): string {
  const cell = (value: User[(typeof COLUMNS)[number]]) => (typeof value === 'object' ? value.join(' ') : value);
  return [COLUMNS, ...users.map((user) => COLUMNS.map((name) => cell(user[name])))]
    .map((line) => csvLine(line, ','))
    .join('');
}

import { Problem, refused } from '@alzette/kit/problems';
import { parse } from 'csv-parse/sync';
import { readNewAccount, toChange } from '../accounts/account-document.ts';
import { changeAccount } from '../accounts/revoking.ts';
import type { ImportReport } from '../contract/users.ts';
import type { IdentityParts } from '../parts.ts';
import { createAccount, findAccountByName } from '../store/accounts.ts';

const COLUMNS = [
  'username',
  'email',
  'givenName',
  'familyName',
  'language',
  'organisation',
  'roles',
  'groups',
] as const;
const MAX_LINES = 20_000;

/**
 * Creates or updates an account for each line of a CSV file with the header `COLUMNS`, separated by comma or semicolon;
 * several roles or groups are separated by spaces. An invalid line does not affect the others.
 *
 * @throws Problem: the file does not have this form
 */
export async function importUsers(parts: IdentityParts, csv: string, dryRun: boolean): Promise<ImportReport> {
  const lines = readLines(csv);
  const refusedLines: { line: number; username: string; reason: string }[] = [];
  const seen = new Set<string>();
  let created = 0;
  let updated = 0;
  for (const { record, line } of lines) {
    const username = record.username?.toLowerCase() ?? '';
    try {
      if (seen.has(username)) throw refused('username', username, 'one that is not in an earlier line');
      seen.add(username);
      const isNew = await importLine(parts, record, dryRun);
      if (isNew) created += 1;
      else updated += 1;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      refusedLines.push({ line, username, reason: error.message });
    }
  }
  return { created, updated, refused: refusedLines };
}

interface Line {
  readonly record: Partial<Record<(typeof COLUMNS)[number], string>>;
  readonly line: number;
}

function readLines(csv: string): Line[] {
  if (csv.includes('\u0000')) throw refused('body', 'U+0000', 'UTF-8 text without it');
  try {
    const [head = ''] = csv.split(/\r?\n/, 1);
    const rows = parse(csv, {
      bom: true,
      columns: true,
      delimiter: head.includes(';') ? ';' : ',',
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as { record: Line['record']; info: { lines: number } }[];
    const unknown = Object.keys(rows[0]?.record ?? {}).find((name) => !COLUMNS.some((column) => column === name));
    if (unknown !== undefined) throw refused('head line', unknown, `columns of ${COLUMNS.join(', ')}`);
    if (rows.length === 0) throw refused('body', 'no line', `a head line of ${COLUMNS.join(', ')} and lines below it`);
    if (rows.length > MAX_LINES) throw refused('body', `${rows.length} lines`, `at most ${MAX_LINES}`);
    return rows.map(({ record, info }) => ({ record, line: info.lines }));
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw refused('body', error instanceof Error ? error.message : String(error), 'CSV with a head line');
  }
}

async function importLine(parts: IdentityParts, record: Line['record'], dryRun: boolean): Promise<boolean> {
  const { db } = parts;
  const list = (text: string | undefined) => (text ? text.split(/[\s|]+/).filter(Boolean) : undefined);
  const given = Object.fromEntries(Object.entries(record).filter(([, value]) => value !== ''));
  const [roles, groups] = [list(record.roles), list(record.groups)];
  const body = readNewAccount({ ...given, ...(roles && { roles }), ...(groups && { groups }) });
  const known = await findAccountByName(db, body.username);
  const isKnown = known?.username === body.username.toLowerCase();
  if (dryRun) return !isKnown;
  if (known !== undefined && isKnown) {
    await changeAccount(parts, known, toChange(body));
  } else await createAccount(db, { ...toChange(body), username: body.username });
  return !isKnown;
}

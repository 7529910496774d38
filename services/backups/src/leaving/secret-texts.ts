import type { TenantTable } from './tenant-tables.ts';

/** Opens and seals texts that are encrypted with the keys of an installation. */
export interface LeavingSecrets {
  open(sealed: string, owner: string): Promise<string>;
  /** @param kind how the text was encrypted where it came from */
  seal(kind: SealKind, text: string, owner: string): Promise<string>;
}

/** Sealed by the broker and by services, or by the service of accounts. */
export type SealKind = 'v1' | 'jwe';

const SEALED = /sealed\.v1\.[\w-]+|eyJ[\w-]*\.\.[\w-]+\.[\w-]+\.[\w-]+/g;
const OPENED = /opened\.(v1|jwe)\.([\w-]*)/g;
/** What stands in an archive for a secret that it does not contain. */
const LEFT_OUT = 'left-out.v1';

/** The row of an archive with its secrets in the clear; undefined: without them. */
export async function openedRow(
  row: string,
  { secrets: binding }: TenantTable,
  tenant: string,
  secrets: LeavingSecrets | undefined,
): Promise<string> {
  if (binding === undefined || !new RegExp(SEALED).test(row)) return row;
  if (secrets === undefined) return row.replaceAll(SEALED, LEFT_OUT);
  const owner = ownerOf(binding, tenant, row);
  return replaced(row, SEALED, async ([sealed]) => {
    const kind: SealKind = sealed.startsWith('eyJ') ? 'jwe' : 'v1';
    return `opened.${kind}.${Buffer.from(await secrets.open(sealed, owner)).toString('base64url')}`;
  });
}

/** The row with its secrets encrypted for this installation. */
export async function sealedRow(
  row: string,
  { secrets: binding }: TenantTable,
  tenant: string,
  secrets: LeavingSecrets,
): Promise<string> {
  if (binding === undefined || !row.includes('opened.')) return row;
  const owner = ownerOf(binding, tenant, row);
  return replaced(row, OPENED, ([, kind, text = '']) =>
    secrets.seal(kind as SealKind, Buffer.from(text, 'base64url').toString('utf8'), owner),
  );
}

/** What the secret is bound to, such as `registration thil urn:…`. */
function ownerOf(binding: string, tenant: string, row: string): string {
  const members = JSON.parse(row) as { readonly [name: string]: unknown };
  return binding
    .replace(':tenant', () => tenant)
    .replaceAll(/\{(\w+)\}/g, (_all, name: string) => String(members[name]));
}

async function replaced(text: string, pattern: RegExp, by: (match: RegExpExecArray) => Promise<string>) {
  let all = '';
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    all += text.slice(end, match.index) + (await by(match));
    end = match.index + match[0].length;
  }
  return all + text.slice(end);
}

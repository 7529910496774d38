import { idOfToken, tokenOf } from '@alzette/kit/sealed-key';
import { localDay } from '../clock/deadline.ts';
import type { ProcedureParts } from '../parts.ts';
import { isMember } from '../stored/company-rows.ts';
import type { Sender } from '../stored/sender-rows.ts';

/*
 * Who follows a dossier that was sent for a company: each member by a link of their own, which works as long as they are one.
 * The link of the sender is such a link, too.
 */

const MEMBER_PURPOSE = 'follow-member';
const BETWEEN = '~';

type LinkParts = Pick<ProcedureParts, 'db' | 'keyed' | 'territories'>;

/** By which a member of its company opens a dossier. */
export function memberToken(
  { keyed }: Pick<LinkParts, 'keyed'>,
  tenant: string,
  dossier: string,
  member: string,
): string {
  return tokenOf(keyed, MEMBER_PURPOSE, tenant, `${dossier}${BETWEEN}${member}`);
}

/** The dossier and the member in a token of `memberToken`. */
export function ofMemberToken({ keyed }: Pick<LinkParts, 'keyed'>, tenant: string, token: string) {
  const [dossier, member] = idOfToken(keyed, MEMBER_PURPOSE, tenant, token)?.split(BETWEEN) ?? [];
  return dossier === undefined || member === undefined ? undefined : { dossier, member };
}

/** Whether somebody may still follow it. @param member whose link it is; absent: the sender's */
export async function mayFollow(
  parts: Pick<LinkParts, 'db' | 'territories'>,
  tenant: string,
  { acting }: Sender,
  member = acting?.member,
): Promise<boolean> {
  if (acting === undefined) return member === undefined;
  if (member === undefined) return false;
  return isMember(parts.db, tenant, { company: acting.company, member }, todayIn(parts, tenant));
}

export function todayIn({ territories }: Pick<LinkParts, 'territories'>, tenant: string): string {
  return localDay(new Date(), territories.of(tenant).timeZone);
}

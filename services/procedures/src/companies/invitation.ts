import { inLanguage } from '@alzette/kit/languages';
import { tokenOf } from '@alzette/kit/sealed-key';
import type { InviteJob, ProcedureParts } from '../parts.ts';
import { findMember } from '../stored/company-rows.ts';

export const INVITATION_PURPOSE = 'company-invitation';

const SUBJECT = {
  fr: 'Invitation à agir pour',
  en: 'Invitation to act for',
  de: 'Einladung, zu handeln für',
  lb: 'Invitatioun, ze handele fir',
} as const;
const TEXT = {
  fr: 'Vous pouvez voir et suivre les demandes de cette entreprise. Ouvrez ce lien dans les 14 jours et connectez-vous. Si vous ne connaissez pas cette entreprise, ne faites rien.',
  en: 'You can see and continue the requests of this company. Open this link within 14 days and sign in. If you do not know this company, do nothing.',
  de: 'Sie können die Anträge dieses Unternehmens sehen und weiterführen. Öffnen Sie diesen Link innerhalb von 14 Tagen und melden Sie sich an. Wenn Sie dieses Unternehmen nicht kennen, tun Sie nichts.',
  lb: 'Dir kënnt d’Ufroe vun dëser Firma gesinn a weiderféieren. Maacht dëse Link bannent 14 Deeg op a mellt Iech un. Wann Dir dës Firma net kennt, maacht näischt.',
} as const;

export function invitationLink(
  { keyed, territories }: Pick<ProcedureParts, 'keyed' | 'territories'>,
  tenant: string,
  member: string,
): string {
  return `${territories.publicUrl(tenant)}/app/services/company/${tokenOf(keyed, INVITATION_PURPOSE, tenant, member)}`;
}

/** Mails an invitation. Nothing if it was withdrawn meanwhile. */
export async function mailInvitation(
  parts: Pick<ProcedureParts, 'db' | 'secrets' | 'mail' | 'keyed' | 'territories'>,
  { tenant, member: id, company, language }: InviteJob,
): Promise<void> {
  const { db, secrets, mail } = parts;
  const member = await findMember(db, secrets, tenant, id);
  if (mail === undefined || member === undefined || member.hasJoined) return;
  await mail.send({
    tenant,
    to: member.email,
    subject: `${inLanguage(SUBJECT, language)} ${company}`,
    text: [inLanguage(TEXT, language), invitationLink(parts, tenant, id)].join('\n\n'),
    messageId: `<invitation-${id}@procedures.alzette>`,
  });
}

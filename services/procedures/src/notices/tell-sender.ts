import { createHash } from 'node:crypto';
import { inLanguage, type Language } from '@alzette/kit/languages';
import { TAGGED_PDF, type TaggedDocument } from '@alzette/kit/pdf';
import { tokenOf } from '@alzette/kit/sealed-key';
import { bookingOf } from '../bookings/book.ts';
import { readResources } from '../bookings/booking-rows.ts';
import { mayFollow, memberToken, todayIn } from '../companies/acting.ts';
import type { Event, Procedure } from '../contract/contract.ts';
import type { Texts } from '../contract/texts.ts';
import { procedureOf } from '../dossiers/record.ts';
import { decisionDocument, receiptDocument } from '../letters/letter.ts';
import { momentIn } from '../letters/sentences.ts';
import type { EventJob, ProcedureParts } from '../parts.ts';
import { linkOf, linkTo, receiptOf } from '../sending/send.ts';
import { membersOf } from '../stored/company-rows.ts';
import { findDossier, type KeptDossier } from '../stored/dossier-rows.ts';
import { readEvents } from '../stored/event-rows.ts';
import { findSender, type Sender } from '../stored/sender-rows.ts';
import { HAPPENED } from './happened.ts';

type TellParts = Omit<ProcedureParts, 'tell' | 'invite' | 'effect'>;

/** Tells the sender what happened with their dossier: by e-mail in their language, and their devices without any written text. */
export async function tellSender(parts: TellParts, { tenant, dossier: id, event: n }: EventJob): Promise<void> {
  const { db, secrets, push, mail, keyed } = parts;
  const kept = await findDossier(db, tenant, id);
  const sender = await findSender(db, secrets, tenant, id);
  const event = (await readEvents(db, secrets, tenant, id)).find((each) => each.n === n);
  if (kept === undefined || sender === undefined || event === undefined) return;
  const procedure = await procedureOf(db, tenant, kept.dossier);
  const text = await sentenceOf(parts, kept, procedure, event);
  const key = `dossier:${id}:${n}`;
  const topics = [topicOf(linkOf(parts, tenant, id).token)];
  const isFollowed = await mayFollow(parts, tenant, sender);
  const to = await readersOf(parts, kept, sender, isFollowed);
  if (isFollowed)
    await push?.send(tenant, {
      key,
      topics,
      urgency: 'normal',
      title: procedure.title,
      text,
      link: '/app/services/mine',
    });
  if (mail === undefined || to.length === 0) return;
  const { language } = sender;
  const document = documentOf(parts, kept, procedure, { event, sender });
  const attachments = document && [
    {
      filename: `${event.act === 'send' ? 'receipt' : 'decision'}-${id}.pdf`,
      contentType: 'application/pdf',
      content: await bytesOf(parts, tenant, document),
    },
  ];
  for (const { email, link, mark } of to) {
    const lines = [inLanguage(text, language), ...(event.text ? [event.text] : []), link];
    await mail.send({
      tenant,
      to: email,
      subject: `${inLanguage(procedure.title, language)} – ${id}`,
      text: lines.join('\n\n'),
      messageId: `<${key}${mark}@${tokenOf(keyed, 'mail', tenant, id).slice(-8)}.procedures.alzette>`,
      ...(attachments && { attachments }),
    });
  }
}

/** Who reads of it: the sender; once they do not act for its company any more, its owners. */
async function readersOf(
  parts: TellParts,
  { tenant, dossier: { id } }: KeptDossier,
  { applicant: { email }, acting }: Sender,
  isFollowed: boolean,
) {
  if (isFollowed) return email === undefined ? [] : [{ email, link: linkOf(parts, tenant, id).link, mark: '' }];
  if (acting === undefined) return [];
  const today = todayIn(parts, tenant);
  const members = await membersOf(parts.db, parts.secrets, tenant, acting.company);
  return members
    .filter(({ role, hasJoined, until = today }) => role === 'owner' && hasJoined && until >= today)
    .map((owner) => ({
      email: owner.email,
      link: linkTo(parts, tenant, memberToken(parts, tenant, id, owner.id)),
      mark: `:${owner.id}`,
    }));
}

/** The topic of push messages for the sender. It is made from the secret token, so nobody else can follow it; the app makes the same. */
export function topicOf(token: string): string {
  return `dossier:${createHash('sha256').update(token).digest('base64url')}`;
}

async function bytesOf({ compute }: TellParts, tenant: string, document: TaggedDocument): Promise<Buffer> {
  return Buffer.from(await compute.run(TAGGED_PDF, document, { tenant }));
}

/** The letter that goes with an event: the receipt, or the decision. */
function documentOf(
  { territories }: TellParts,
  { tenant, dossier }: KeptDossier,
  procedure: Procedure,
  { event, sender }: { readonly event: Event; readonly sender: Sender },
): TaggedDocument | undefined {
  const { language, applicant } = sender;
  const addressed = { dossier, procedure, language, territory: territories.of(tenant), name: applicant.name };
  if (event.act === 'send') return receiptDocument(addressed, receiptOf(procedure, dossier));
  return event.act === 'step' || event.act === 'silence' ? decisionDocument(addressed, event.text) : undefined;
}

async function sentenceOf(
  parts: TellParts,
  { tenant, dossier }: KeptDossier,
  procedure: Procedure,
  event: Event,
): Promise<Texts> {
  const { db, territories } = parts;
  if (event.act === 'step' || event.act === 'silence') {
    const name = procedure.states.find(({ id }) => id === event.state)?.name ?? procedure.title;
    return each(
      (language) => `${HAPPENED[event.act === 'silence' ? 'silence' : 'step'][language]} ${inLanguage(name, language)}`,
    );
  }
  if (event.act !== 'book')
    return HAPPENED[
      event.act === 'send' ||
      event.act === 'message' ||
      event.act === 'askParts' ||
      event.act === 'cancelBooking' ||
      event.act === 'pay'
        ? event.act
        : 'news'
    ];
  const booking = await bookingOf(db, tenant, dossier.id);
  const resource = booking && (await readResources(db, tenant)).get(booking.resource);
  const { timeZone } = territories.of(tenant);
  return each((language) => {
    const when = booking === undefined ? '' : momentIn(language, booking.from.toISOString(), timeZone);
    const what = HAPPENED[event.state === 'offered' ? 'offered' : 'reminder'][language];
    const how = event.state === 'reminder' && resource?.reminder ? ` ${inLanguage(resource.reminder, language)}` : '';
    return `${what} ${when}.${how}`;
  });
}

function each(say: (language: Language) => string): Texts {
  return { fr: say('fr'), en: say('en'), de: say('de'), lb: say('lb') };
}

import { XMLBuilder, XMLParser } from 'fast-xml-parser';
import { request } from 'undici';
import { PAYFIP, type PaymentAccount } from '../contract/payments.ts';
import type { ProcedureParts } from '../parts.ts';

/*
 * PayFiP of the DGFiP for a régie: a SOAP 1.1 service without a signature. A notice says only that something happened, so
 * each result is asked for. Source: the service's public clients (eopayment of Entr'ouvert, payment_payfip of Odoo).
 */
type Payfip = PaymentAccount & { readonly provider: 'payfip' };

export interface PaymentOrder {
  /** 1 to 30 letters and digits, unique. */
  readonly reference: string;
  readonly about: string;
  readonly cents: number;
  readonly email: string;
  readonly year: string;
  /** Where PayFiP says that something happened, and where it sends the payer back. */
  readonly noticeUrl: string;
  readonly returnUrl: string;
}

/** `pending`: not known yet. `unknown`: PayFiP has forgotten it, because nobody paid. */
export type PaymentResult =
  | { readonly state: 'pending' | 'unknown' | 'refused' | 'cancelled' }
  | { readonly state: 'paid'; readonly cents: number; readonly reference: string; readonly number: string };

const NAMESPACE =
  'http://securite.service.tpa.cp.finances.gouv.fr/services/mas_securite/contrat_paiement_securise/PaiementSecuriseService';
const MODES = { test: 'T', activation: 'X', production: 'W' } as const;
const STATES: { readonly [code: string]: 'paid' | 'refused' | 'cancelled' } = {
  P: 'paid',
  V: 'paid',
  R: 'refused',
  Z: 'refused',
  A: 'cancelled',
};
/** Of its code: the result is not known yet, and the operation is not known (any more). */
const PENDING = 'P5';
const FORGOTTEN = 'P1';
const WITHIN_MS = 15_000;
const MOST_BYTES = 100_000;
const MOST_ABOUT = 100;

const builder = new XMLBuilder({ ignoreAttributes: false });
const parser = new XMLParser({ removeNSPrefix: true, parseTagValue: false, processEntities: true });

/** Begins a payment. @throws Error: PayFiP refuses it or cannot be reached */
export async function beginPayment(
  { outgoing }: Pick<ProcedureParts, 'outgoing'>,
  account: Payfip,
  order: PaymentOrder,
): Promise<{ readonly operation: string; readonly page: string }> {
  const answer = await ask(outgoing, account, 'creerPaiementSecurise', {
    exer: order.year,
    mel: order.email,
    montant: String(order.cents),
    numcli: account.client,
    objet: plainly(order.about),
    refdet: order.reference,
    saisie: MODES[account.mode],
    urlnotif: order.noticeUrl,
    urlredirect: order.returnUrl,
  });
  const { idOp } = answer.given ?? {};
  if (!idOp) throw new Error(`PayFiP began no payment: ${answer.fault?.said ?? 'no idOp'}`);
  const page = new URL(account.page ?? PAYFIP.page);
  page.searchParams.set('idop', idOp);
  return { operation: idOp, page: page.href };
}

/** @throws Error: PayFiP cannot be reached, or answers something else */
export async function askPayment(
  { outgoing }: Pick<ProcedureParts, 'outgoing'>,
  account: Payfip,
  operation: string,
): Promise<PaymentResult> {
  const { given, fault } = await ask(outgoing, account, 'recupererDetailPaiementSecurise', { idOp: operation });
  if (fault?.code === PENDING) return { state: 'pending' };
  if (fault?.code === FORGOTTEN) return { state: 'unknown' };
  const state = STATES[given?.resultrans ?? ''];
  if (given === undefined || state === undefined) {
    throw new Error(`PayFiP gave no result: ${fault?.said ?? `resultrans ${given?.resultrans}`}`);
  }
  if (state !== 'paid') return { state };
  return { state, cents: Number(given.montant), reference: given.refdet ?? '', number: given.numauto ?? '' };
}

interface Answered {
  readonly given?: { readonly [member: string]: string | undefined };
  readonly fault?: { readonly code: string; readonly said: string };
}

async function ask(
  { check, dispatcher }: ProcedureParts['outgoing'],
  { service: url = PAYFIP.service }: Payfip,
  operation: string,
  members: Readonly<Record<string, string>>,
): Promise<Answered> {
  const verdict = await check(url);
  if (!verdict.allowed) throw new Error(`${url} may not be asked: ${verdict.reason}`);
  const { statusCode, body } = await request(url, {
    method: 'POST',
    dispatcher,
    headers: { 'content-type': 'text/xml; charset=utf-8', soapaction: '""' },
    body: envelopeOf(operation, members),
    signal: AbortSignal.timeout(WITHIN_MS),
  });
  let text = '';
  for await (const chunk of body.setEncoding('utf8')) {
    text += chunk;
    if (text.length > MOST_BYTES) throw new Error(`${url} answered more than ${MOST_BYTES} characters`);
  }
  const answer = answerOf(text, operation);
  if (answer === undefined) throw new Error(`${url} answered HTTP ${statusCode}, and no SOAP message`);
  return answer;
}

function envelopeOf(operation: string, members: Readonly<Record<string, string>>): string {
  return builder.build({
    '?xml': { '@_version': '1.0', '@_encoding': 'UTF-8' },
    'soap:Envelope': {
      '@_xmlns:soap': 'http://schemas.xmlsoap.org/soap/envelope/',
      '@_xmlns:pai': NAMESPACE,
      'soap:Body': { [`pai:${operation}`]: { arg0: members } },
    },
  });
}

/** Undefined: it is no answer to the operation, nor a fault. */
function answerOf(text: string, operation: string): Answered | undefined {
  let body: { readonly [member: string]: Readonly<Record<string, unknown>> | undefined } | undefined;
  try {
    body = parser.parse(text)?.Envelope?.Body;
  } catch {
    return undefined;
  }
  const given = body?.[`${operation}Response`]?.return;
  if (typeof given === 'object' && given !== null) return { given: given as Record<string, string> };
  const fault = body?.Fault as { readonly detail?: Record<string, unknown>; readonly faultstring?: string } | undefined;
  if (fault === undefined) return undefined;
  const [detail] = Object.values(fault.detail ?? {}) as { readonly code?: string; readonly descriptif?: string }[];
  return { fault: { code: detail?.code ?? '', said: detail?.descriptif ?? fault.faultstring ?? 'a fault' } };
}

/** The letters that PayFiP takes. */
function plainly(text: string): string {
  const plain = text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9]+/g, ' ');
  return plain.trim().slice(0, MOST_ABOUT);
}

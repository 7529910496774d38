import { contract, media, object, Type, text, type Value, variants } from '@alzette/kit/contract';
import { PAYMENT_NOTICES, PAYMENTS } from './paths.ts';

/** The addresses of PayFiP. Others are for its test platform, or for a stand-in of it. */
export const PAYFIP = {
  service: 'https://www.payfip.gouv.fr/tpa/services/securite',
  page: 'https://www.payfip.gouv.fr/tpa/paiementws.web',
};

/** Where payments go. `none`: they are paid at the counter. */
export const PaymentAccount = variants('provider', {
  none: object({}),
  payfip: object({
    client: Type.String({ pattern: '^[0-9]{6}$', description: 'The number that the DGFiP gave to the régie (NUMCLI)' }),
    mode: Type.Enum(['test', 'activation', 'production']),
    service: Type.Optional(Type.String({ format: 'uri', maxLength: 500, description: `Default: ${PAYFIP.service}` })),
    page: Type.Optional(Type.String({ format: 'uri', maxLength: 500, description: `Default: ${PAYFIP.page}` })),
  }),
});
export type PaymentAccount = Value<typeof PaymentAccount>;

export const paymentContract = contract(PAYMENTS, {
  account: { access: 'administer', summary: 'Where payments go', answers: { 200: PaymentAccount } },
  saveAccount: {
    access: 'administer',
    recentSignIn: true,
    audited: { values: 'above' },
    summary: 'Sets where payments go; those that have begun stay where they were',
    body: PaymentAccount,
    answers: { 200: PaymentAccount },
    example: { body: { provider: 'payfip', client: '094751', mode: 'test' } },
  },
});

/** For the payment service: it says that something happened, not what; the result is asked for. */
export const paymentNoticeContract = contract(PAYMENT_NOTICES, {
  happened: {
    access: 'nothing',
    summary: 'Asks the payment service for the result of this payment',
    params: { token: text({ max: 100 }) },
    body: media('application/x-www-form-urlencoded'),
    answers: { 204: null },
  },
});

export type PaymentContract = typeof paymentContract;
export type PaymentNoticeContract = typeof paymentNoticeContract;

import { missing, refused } from '@alzette/kit/problems';
import { addressLimit } from '@alzette/kit/routes';
import { idOfToken } from '@alzette/kit/sealed-key';
import type { Handlers } from '@alzette/kit/serve';
import type { FastifyInstance } from 'fastify';
import type { PaymentContract, PaymentNoticeContract } from '../contract/contract.ts';
import type { ProcedureParts } from '../parts.ts';
import { findPayment, readAccount, saveAccount } from '../stored/payment-rows.ts';
import { lookAtPayment, NOTICE_PURPOSE } from './pay.ts';

const NOTICES_PER_HOUR = 600;

/** `/procedures/payments`: where payments go. */
export function paymentHandlers({ db, outgoing }: ProcedureParts): Handlers<PaymentContract> {
  return {
    account: ({ tenant }) => readAccount(db, tenant),
    async saveAccount({ tenant, body }) {
      for (const member of ['service', 'page'] as const) {
        const url = body.provider === 'payfip' ? body[member] : undefined;
        const verdict = url === undefined ? undefined : await outgoing.check(url);
        if (verdict?.allowed === false) throw refused(member, url, `an address that may be asked: ${verdict.reason}`);
      }
      await saveAccount(db, tenant, body);
      return body;
    },
  };
}

/** `/citizen/v1/procedures/payments/…`: the payment service says that something happened. */
export function paymentNoticeHandlers(parts: ProcedureParts): Handlers<PaymentNoticeContract> {
  const notices = addressLimit(NOTICES_PER_HOUR);
  return {
    async happened({ tenant, ip, params: { token } }) {
      notices.take(ip);
      const id = idOfToken(parts.keyed, NOTICE_PURPOSE, tenant, token);
      const payment = id === undefined ? undefined : await findPayment(parts.db, tenant, id);
      if (payment === undefined) throw missing('payment of this address', token);
      await lookAtPayment(parts, payment);
    },
  };
}

/** Reads the notices of a payment service: what they say is not believed, so it is not read. */
export function takeNotices(scope: FastifyInstance): void {
  scope.addContentTypeParser('application/x-www-form-urlencoded', { bodyLimit: 10_000 }, (_request, payload, done) => {
    payload.resume();
    payload.on('end', () => done(null, Buffer.alloc(0)));
    payload.on('error', done);
  });
}

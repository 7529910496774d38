import { OF_SENDER } from '@alzette/kit/objects';
import type { Handlers } from '@alzette/kit/serve';
import type { OwnAccountContract } from '../contract/contract.ts';
import type { ProcedureParts } from '../parts.ts';
import { linkOf } from '../sending/send.ts';
import { dossiersOfAccount } from '../stored/dossier-rows.ts';
import { sendHandler } from './citizen-routes.ts';
import { membershipIn } from './company-routes.ts';
import { accountOf, MOST_SHOWN, ownDossiers, vouchedFor } from './own-account.ts';

/** `/citizen/v1/procedures/account`: for people who have signed in. */
export function accountHandlers(parts: ProcedureParts): Handlers<OwnAccountContract> {
  const { db, callerOf } = parts;
  const send = sendHandler(parts);
  return {
    account: {
      objects: OF_SENDER,
      async handle(request) {
        const vouched = await vouchedFor(parts, callerOf(request));
        return { ...(vouched && { vouched }) };
      },
    },
    dossiers: {
      objects: OF_SENDER,
      async handle(request) {
        const { tenant } = request;
        const account = accountOf(parts, callerOf(request));
        const kept = account === undefined ? [] : await dossiersOfAccount(db, tenant, account, MOST_SHOWN);
        return { dossiers: await ownDossiers(parts, tenant, kept, (id) => linkOf(parts, tenant, id).token) };
      },
    },
    send: {
      objects: OF_SENDER,
      async handle(request) {
        const caller = callerOf(request);
        const vouched = await vouchedFor(parts, caller);
        const account = accountOf(parts, caller);
        const { company } = request.query;
        if (company === undefined) return send(request, { account, vouched });
        return send(request, { account, vouched, company: await membershipIn(parts, request.tenant, caller, company) });
      },
    },
  };
}

import type { Caller } from '@alzette/kit/access';
import { OF_SENDER } from '@alzette/kit/objects';
import type { Handlers } from '@alzette/kit/serve';
import { localDay } from '../clock/deadline.ts';
import type { OwnAccountContract } from '../contract/contract.ts';
import { procedureOf } from '../dossiers/record.ts';
import type { ProcedureParts } from '../parts.ts';
import { linkOf } from '../sending/send.ts';
import { dossiersOfAccount } from '../stored/dossier-rows.ts';
import { commonOf } from '../views/shown-dossier.ts';
import { sendHandler } from './citizen-routes.ts';

const MOST_SHOWN = 200;

/** `/citizen/v1/procedures/account`: for people who have signed in. */
export function accountHandlers(parts: ProcedureParts): Handlers<OwnAccountContract> {
  const { db, callerOf, territories } = parts;
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
        const today = localDay(new Date(), territories.of(tenant).timeZone);
        const kept = account === undefined ? [] : await dossiersOfAccount(db, tenant, account, MOST_SHOWN);
        const shown = kept.map(async ({ dossier }) => {
          const procedure = await procedureOf(db, tenant, dossier);
          const { missing: _missing, ...common } = commonOf(procedure, dossier, today, '');
          return { ...common, token: linkOf(parts, tenant, dossier.id).token };
        });
        return { dossiers: await Promise.all(shown) };
      },
    },
    send: {
      objects: OF_SENDER,
      async handle(request) {
        const caller = callerOf(request);
        const vouched = await vouchedFor(parts, caller);
        return send(request, { account: accountOf(parts, caller), vouched });
      },
    },
  };
}

async function vouchedFor({ vouched }: ProcedureParts, { person }: Caller) {
  return person === undefined ? undefined : vouched?.of(person);
}

/** By which the dossiers of a person are found. Undefined: the caller is nobody in particular. */
function accountOf({ keyed }: ProcedureParts, { person, tenant }: Caller): string | undefined {
  return person === undefined ? undefined : keyed.hash('account', tenant, person);
}

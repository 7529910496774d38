import type { Caller } from '@alzette/kit/access';
import { OF_SENDER } from '@alzette/kit/objects';
import type { Handlers } from '@alzette/kit/serve';
import { todayIn } from '../companies/acting.ts';
import type { OwnAccountContract } from '../contract/contract.ts';
import { procedureOf } from '../dossiers/record.ts';
import type { ProcedureParts } from '../parts.ts';
import { linkOf } from '../sending/send.ts';
import { dossiersOfAccount, type KeptDossier } from '../stored/dossier-rows.ts';
import { commonOf } from '../views/shown-dossier.ts';
import { sendHandler } from './citizen-routes.ts';
import { membershipIn } from './company-routes.ts';

export const MOST_SHOWN = 200;

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

/** Dossiers for those who may open them. @param tokenFor opens the dossier with this id */
export async function ownDossiers(
  parts: ProcedureParts,
  tenant: string,
  kept: readonly KeptDossier[],
  tokenFor: (id: string) => string,
) {
  const today = todayIn(parts, tenant);
  return Promise.all(
    kept.map(async ({ dossier }) => {
      const procedure = await procedureOf(parts.db, tenant, dossier);
      const { missing: _missing, ...common } = commonOf(procedure, dossier, today, '');
      return { ...common, token: tokenFor(dossier.id) };
    }),
  );
}

export async function vouchedFor({ vouched }: ProcedureParts, { person }: Caller) {
  return person === undefined ? undefined : vouched?.of(person);
}

/** By which the dossiers of a person are found. Undefined: the caller is nobody in particular. */
export function accountOf({ keyed }: ProcedureParts, { person, tenant }: Caller): string | undefined {
  return person === undefined ? undefined : keyed.hash('account', tenant, person);
}

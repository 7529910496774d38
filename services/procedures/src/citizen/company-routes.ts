import { randomBytes } from 'node:crypto';
import { actor, type Caller } from '@alzette/kit/access';
import { OF_SENDER } from '@alzette/kit/objects';
import { conflict, denied, missing, refused } from '@alzette/kit/problems';
import { addressLimit } from '@alzette/kit/routes';
import { idOfToken } from '@alzette/kit/sealed-key';
import type { Handlers } from '@alzette/kit/serve';
import { memberToken, todayIn } from '../companies/acting.ts';
import { companyNumber, companyOfSiret } from '../companies/company-number.ts';
import { INVITATION_PURPOSE, invitationLink } from '../companies/invitation.ts';
import type { Company, CompanyContract } from '../contract/contract.ts';
import type { ProcedureParts } from '../parts.ts';
import {
  addMember,
  companiesOf,
  foundCompany,
  joinCompany,
  lockCompany,
  type Membership,
  membersOf,
  removeCompany,
  removeMember,
} from '../stored/company-rows.ts';
import { dossiersOfCompany } from '../stored/dossier-rows.ts';
import { accountOf, MOST_SHOWN, ownDossiers, vouchedFor } from './own-account.ts';

const FOUNDED_PER_HOUR = 20;
const INVITED_PER_HOUR = 60;
const MOST_MEMBERS = 200;

/** `/citizen/v1/procedures/account/companies`: who acts for a company. */
export function companyHandlers(parts: ProcedureParts): Handlers<CompanyContract> {
  return { ...groupHandlers(parts), ...memberHandlers(parts) };
}

function groupHandlers(parts: ProcedureParts): Handlers<CompanyContract, 'list' | 'found' | 'join' | 'dossiers'> {
  const { db, secrets, callerOf, keyed } = parts;
  const founded = addressLimit(FOUNDED_PER_HOUR);
  return {
    list: {
      objects: OF_SENDER,
      async handle(request) {
        const kept = await ownCompanies(parts, request.tenant, callerOf(request));
        return { companies: await Promise.all(kept.map((each) => shown(parts, request.tenant, each))) };
      },
    },
    found: {
      objects: OF_SENDER,
      async handle(request) {
        const { tenant, body, ip } = request;
        founded.take(ip);
        const caller = callerOf(request);
        const account = personOf(parts, caller);
        const number = companyNumber(body.number);
        const vouched = await vouchedFor(parts, caller);
        const checkedBy = companyOfSiret(vouched?.claims.siret) === number ? vouched?.by : undefined;
        const [id, member] = [newId(), newId()];
        const { person, email, name } = body;
        await db.transaction(async (tx) => {
          if (!(await foundCompany(tx, tenant, { id, number, name, checkedBy }))) {
            throw conflict(`number: people act for ${number} already: let one of its owners invite you`);
          }
          await addMember(tx, secrets, tenant, { id: member, company: id, role: 'owner', person, email }, account);
        });
        await told(parts, tenant, caller, 'company.found', id);
        return await shown(parts, tenant, await membershipIn(parts, tenant, caller, id));
      },
    },
    join: {
      objects: OF_SENDER,
      async handle(request) {
        const { tenant, body } = request;
        const caller = callerOf(request);
        const member = idOfToken(keyed, INVITATION_PURPOSE, tenant, body.token);
        const account = personOf(parts, caller);
        const given = { member: member ?? '', account, today: todayIn(parts, tenant) };
        if (member === undefined || !(await joinCompany(db, tenant, given))) {
          throw missing('open invitation of this link', body.token);
        }
        const joined = (await ownCompanies(parts, tenant, caller)).find((each) => each.member === member);
        if (joined === undefined) throw missing('open invitation of this link', body.token);
        await told(parts, tenant, caller, 'company.join', joined.id);
        return shown(parts, tenant, joined);
      },
    },
    dossiers: {
      objects: OF_SENDER,
      async handle(request) {
        const { tenant, params } = request;
        const { id, member } = await membershipIn(parts, tenant, callerOf(request), params.company);
        const kept = await dossiersOfCompany(db, tenant, id, MOST_SHOWN);
        return {
          dossiers: await ownDossiers(parts, tenant, kept, (dossier) => memberToken(parts, tenant, dossier, member)),
        };
      },
    },
  };
}

function memberHandlers(parts: ProcedureParts): Handlers<CompanyContract, 'invite' | 'remove'> {
  const { db, secrets, callerOf } = parts;
  const invitations = addressLimit(INVITED_PER_HOUR);
  return {
    invite: {
      objects: OF_SENDER,
      async handle(request) {
        const { tenant, params, body } = request;
        const caller = callerOf(request);
        const company = await membershipIn(parts, tenant, caller, params.company);
        if (company.role !== 'owner') throw denied('only owners invite');
        // By person, since each invitation is a mail to somebody who has not asked for it.
        invitations.take(personOf(parts, caller));
        const { language, ...invited } = body;
        const { until } = invited;
        const today = todayIn(parts, tenant);
        if (until !== undefined && until < today) throw refused('until', until, `${today} or later`);
        const id = newId();
        await db.transaction(async (tx) => {
          await lockCompany(tx, tenant, company.id);
          const members = await membersOf(tx, secrets, tenant, company.id);
          if (members.length >= MOST_MEMBERS) throw conflict(`members: at most ${MOST_MEMBERS}`);
          await addMember(tx, secrets, tenant, { id, company: company.id, ...invited });
          await parts.invite.enqueue(
            { tenant, member: id, company: company.name, language },
            { tx, key: `${tenant}/${id}` },
          );
        });
        await told(parts, tenant, caller, 'company.invite', company.id, { member: id });
        return { member: id, link: invitationLink(parts, tenant, id) };
      },
    },
    remove: {
      objects: OF_SENDER,
      async handle(request) {
        const { tenant, params } = request;
        const caller = callerOf(request);
        const company = await membershipIn(parts, tenant, caller, params.company);
        if (company.role !== 'owner' && params.member !== company.member) throw denied('only owners remove others');
        await db.transaction(async (tx) => {
          await lockCompany(tx, tenant, company.id);
          const members = await membersOf(tx, secrets, tenant, company.id);
          if (!members.some(({ id }) => id === params.member)) throw missing('member', params.member);
          const others = members.filter(({ id }) => id !== params.member);
          // Without an end: otherwise nobody could invite after their last day.
          const isOwned = others.some(
            ({ role, hasJoined, until }) => role === 'owner' && hasJoined && until === undefined,
          );
          if (others.some(({ hasJoined }) => hasJoined) && !isOwned) {
            throw conflict('member: the last owner stays while others act for the company; make another owner first');
          }
          await removeMember(tx, tenant, params.member);
          if (!others.some(({ hasJoined }) => hasJoined)) await removeCompany(tx, tenant, company.id);
        });
        await told(parts, tenant, caller, 'company.remove', company.id, { member: params.member });
      },
    },
  };
}

/** @throws Problem 404: the caller does not act for it, whether or not it exists */
export async function membershipIn(
  parts: ProcedureParts,
  tenant: string,
  caller: Caller,
  company: string,
): Promise<Membership> {
  const own = (await ownCompanies(parts, tenant, caller)).find(({ id }) => id === company);
  if (own === undefined) throw missing('company', company);
  return own;
}

async function ownCompanies(parts: ProcedureParts, tenant: string, caller: Caller): Promise<Membership[]> {
  const account = accountOf(parts, caller);
  return account === undefined ? [] : companiesOf(parts.db, tenant, account, todayIn(parts, tenant));
}

async function shown({ db, secrets }: ProcedureParts, tenant: string, own: Membership): Promise<Company> {
  if (own.role !== 'owner') return own;
  const members = await membersOf(db, secrets, tenant, own.id);
  return { ...own, members: members.map(({ company: _company, ...member }) => member) };
}

/** @throws Problem 403: a machine acts for nobody */
function personOf(parts: ProcedureParts, caller: Caller): string {
  const account = accountOf(parts, caller);
  if (account === undefined) throw denied('only people act for a company');
  return account;
}

function told(
  parts: ProcedureParts,
  tenant: string,
  caller: Caller,
  action: string,
  object: string,
  details: object = {},
) {
  return parts.audit.append({ actor: actor(caller), action, object, tenant, outcome: 'done', details });
}

function newId(): string {
  return randomBytes(8).toString('hex');
}

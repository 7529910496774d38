import { formField } from '@alzette/kit/bodies';
import { FORM, operation } from '@alzette/kit/routes';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { accountOfPasskey, passkeyChallenge } from '../accounts/passkeys.ts';
import { changePassword } from '../accounts/passwords.ts';
import { enrolTotp, isTotpOf, stepOfCode } from '../accounts/totp.ts';
import type { IdentityParts } from '../parts.ts';
import { checkPassword } from '../sign-in/authenticate.ts';
import { takeTotpStep } from '../store/second-factors.ts';
import { saveSignIn } from '../store/sign-ins.ts';
import { admitAttempt, succeeded } from '../store/throttle.ts';
import { fill, LANGUAGES } from '../texts/language.ts';
import { advance, finish, type Step, showStep, stepOf } from './interaction.ts';
import { knownBrowser } from './known-browser.ts';

type StepHandler = (step: Step, request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
/** Adds a route below `/interaction/:uid`. The handler receives the present step of that sign-in. */
type OnStep = (path: string, summary: string, handler: StepHandler) => void;

/** `/oidc/interaction/:uid`: the steps of signing in, and consent. */
export function interactionRoutes(scope: FastifyInstance, parts: IdentityParts): void {
  const showPage = operation({
    access: 'nothing',
    summary: 'The page of a sign-in: password, second factor, consent',
    answers: FORM,
  });
  scope.get('/interaction/:uid', showPage, async (request, reply) => {
    const step = await stepOf(parts, request, reply);
    return step ? showStep(parts, reply, step) : reply;
  });
  const onStep: OnStep = (path, summary, handler) => {
    scope.post(
      `/interaction/:uid${path}`,
      operation({ access: 'nothing', summary, answers: FORM }),
      async (request, reply) => {
        const step = await stepOf(parts, request, reply);
        return step === undefined ? reply : handler(step, request, reply);
      },
    );
  };
  passwordSteps(onStep, parts);
  secondFactorSteps(onStep, parts);
  passkeySteps(onStep, parts);
  consentSteps(onStep, parts);
}

function passwordSteps(onStep: OnStep, parts: IdentityParts): void {
  onStep('/password', 'Form: name and password', async (step, request, reply) => {
    const { words } = LANGUAGES[step.language];
    const name = formField(request, 'name').trim();
    const outcome = await checkPassword(parts, {
      name,
      password: formField(request, 'password'),
      address: request.ip,
      browserOf: (account) => knownBrowser(parts, request, account),
    });
    if (outcome.verdict === 'right') {
      return reply.redirect(
        await advance(parts, request, reply, step, { account: outcome.account.id, amr: ['pwd'] }),
        303,
      );
    }
    if (outcome.verdict === 'wrong') return showStep(parts, reply.code(401), step, words.wrong, name);
    const minutes = Math.ceil(outcome.seconds / 60);
    reply.code(429).header('retry-after', outcome.seconds);
    return showStep(parts, reply, step, fill(words.blocked, { minutes }), name);
  });

  onStep('/new-password', 'Form: a password in place of the first one', async (step, request, reply) => {
    const { account, signIn } = step;
    if (account === undefined || !account.mustChangePassword) return reply.redirect(step.at, 303);
    const fault = await changePassword(parts, account, formField(request, 'password'));
    const { words } = LANGUAGES[step.language];
    if (fault !== undefined) return showStep(parts, reply.code(400), step, words.fault[fault]);
    return reply.redirect(await advance(parts, request, reply, step, { account: account.id, amr: signIn.amr }), 303);
  });
}

function secondFactorSteps(onStep: OnStep, parts: IdentityParts): void {
  const { db, secrets } = parts;
  onStep('/code', 'Form: the code of a second factor', async (step, request, reply) => {
    const { account, signIn } = step;
    if (account === undefined) return reply.redirect(step.at, 303);
    const { words } = LANGUAGES[step.language];
    // An unknown browser that gets this far has shown the right password.
    const browser = knownBrowser(parts, request, account.id);
    const attempt = { subject: `code:${account.id}`, address: request.ip, browser, everywhere: 5 };
    const seconds = await admitAttempt(db, attempt);
    if (seconds > 0) {
      reply.code(429).header('retry-after', seconds);
      return showStep(parts, reply, step, fill(words.blocked, { minutes: Math.ceil(seconds / 60) }));
    }
    if (!(await isTotpOf(db, secrets, account.id, formField(request, 'code')))) {
      await parts.record({
        kind: 'sign-in-failed',
        account: account.id,
        address: request.ip,
        detail: { reason: 'code' },
      });
      return showStep(parts, reply.code(401), step, words.codeWrong);
    }
    await succeeded(db, attempt);
    return reply.redirect(
      await advance(parts, request, reply, step, { account: account.id, amr: [...signIn.amr, 'otp'] }),
      303,
    );
  });

  onStep('/enrol', 'Form: enrols a second factor', async (step, request, reply) => {
    const { account, signIn, details } = step;
    if (account === undefined || signIn.secret === undefined || account.hasTotp) return reply.redirect(step.at, 303);
    const secret = await secrets.open(signIn.secret, details.uid);
    const taken = stepOfCode(secret, formField(request, 'code'));
    if (taken === undefined) {
      return showStep(parts, reply.code(401), step, LANGUAGES[step.language].words.codeWrong);
    }
    await parts.recording({ kind: 'second-factor-added', account: account.id, address: request.ip }, async () => {
      await enrolTotp(db, secrets, account.id, secret);
      await takeTotpStep(db, account.id, taken);
      return true;
    });
    return reply.redirect(
      await advance(parts, request, reply, step, { account: account.id, amr: [...signIn.amr, 'otp'] }),
      303,
    );
  });
}

function passkeySteps(onStep: OnStep, parts: IdentityParts): void {
  const { db, publicUrl } = parts;
  onStep('/passkey/options', 'What a browser asks a passkey for', async (step) => {
    const options = await passkeyChallenge(publicUrl);
    await saveSignIn(db, step.details.uid, { ...step.signIn, challenge: options.challenge });
    return options;
  });

  onStep('/passkey', 'Signs in by a passkey', async (step, request, reply) => {
    const { challenge, account: first, amr } = step.signIn;
    // Each challenge can be used once.
    await saveSignIn(db, step.details.uid, { amr, ...(first !== undefined && { account: first }) });
    const account =
      challenge === undefined ? undefined : await accountOfPasskey(db, publicUrl, challenge, request.body);
    if (account === undefined || (first !== undefined && first !== account)) {
      await parts.record({ kind: 'sign-in-failed', address: request.ip, detail: { reason: 'passkey' } });
      return reply.code(401).send({});
    }
    return { to: await advance(parts, request, reply, step, { account, amr: first ? [...amr, 'hwk'] : ['hwk'] }) };
  });
}

function consentSteps(onStep: OnStep, parts: IdentityParts): void {
  onStep('/consent', 'Form: allows a program', async (step, request, reply) => {
    const { details, client } = step;
    if (details.prompt.name !== 'consent' || details.session === undefined) return reply.redirect(step.at, 303);
    const provider = parts.provider();
    const known = details.grantId === undefined ? undefined : await provider.Grant.find(details.grantId);
    const grant = known ?? new provider.Grant({ accountId: details.session.accountId, clientId: client.id });
    const { missingOIDCScope, missingOIDCClaims, missingResourceScopes } = details.prompt.details as {
      missingOIDCScope?: string[];
      missingOIDCClaims?: string[];
      missingResourceScopes?: { [resource: string]: string[] };
    };
    if (missingOIDCScope) grant.addOIDCScope(missingOIDCScope.join(' '));
    if (missingOIDCClaims) grant.addOIDCClaims(missingOIDCClaims);
    for (const [resource, scopes] of Object.entries(missingResourceScopes ?? {})) {
      grant.addResourceScope(resource, scopes.join(' '));
    }
    return reply.redirect(await finish(parts, request, reply, { consent: { grantId: await grant.save() } }), 303);
  });

  onStep('/abort', 'Form: gives a sign-in up', async (_step, request, reply) => {
    return reply.redirect(
      await finish(parts, request, reply, { error: 'access_denied', error_description: 'The user has refused' }),
      303,
    );
  });
}

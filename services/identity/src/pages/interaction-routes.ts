import { formField } from '@alzette/kit/bodies';
import type { FastifyInstance } from 'fastify';
import { checkPassword } from '../accounts/authenticate.ts';
import { accountOfPasskey, passkeyChallenge } from '../accounts/passkeys.ts';
import { changePassword } from '../accounts/passwords.ts';
import { enrolTotp, isTotpOf, stepOfCode } from '../accounts/totp.ts';
import type { IdentityParts } from '../parts.ts';
import { takeTotpStep } from '../store/second-factors.ts';
import { saveSignIn } from '../store/sign-ins.ts';
import { admitAttempt, succeeded } from '../store/throttle.ts';
import { advance, finish, showStep, stepOf } from './interaction.ts';
import { knownBrowser } from './known-browser.ts';
import { fill, LANGUAGES } from './language.ts';

/** `/oidc/interaction/:uid`: the steps of signing in, and consent. */
export function interactionRoutes(scope: FastifyInstance, parts: IdentityParts): void {
  const { db, secrets, publicUrl } = parts;

  scope.get('/interaction/:uid', async (request, reply) => {
    const step = await stepOf(parts, request, reply);
    return step ? showStep(parts, reply, step) : reply;
  });

  scope.post('/interaction/:uid/password', async (request, reply) => {
    const step = await stepOf(parts, request, reply);
    if (step === undefined) return reply;
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

  scope.post('/interaction/:uid/code', async (request, reply) => {
    const step = await stepOf(parts, request, reply);
    if (step === undefined) return reply;
    const { account, signIn } = step;
    if (account === undefined) return reply.redirect(step.at, 303);
    const { words } = LANGUAGES[step.language];
    // Strangers who have come this far know the password.
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

  scope.post('/interaction/:uid/enrol', async (request, reply) => {
    const step = await stepOf(parts, request, reply);
    if (step === undefined) return reply;
    const { account, signIn, details } = step;
    if (account === undefined || signIn.secret === undefined || account.hasTotp) return reply.redirect(step.at, 303);
    const secret = await secrets.open(signIn.secret, details.uid);
    const taken = stepOfCode(secret, formField(request, 'code'));
    if (taken === undefined) {
      return showStep(parts, reply.code(401), step, LANGUAGES[step.language].words.codeWrong);
    }
    await enrolTotp(db, secrets, account.id, secret);
    await takeTotpStep(db, account.id, taken);
    await parts.record({ kind: 'second-factor-added', account: account.id, address: request.ip });
    return reply.redirect(
      await advance(parts, request, reply, step, { account: account.id, amr: [...signIn.amr, 'otp'] }),
      303,
    );
  });

  scope.post('/interaction/:uid/new-password', async (request, reply) => {
    const step = await stepOf(parts, request, reply);
    if (step === undefined) return reply;
    const { account, signIn } = step;
    if (account === undefined || !account.mustChangePassword) return reply.redirect(step.at, 303);
    const fault = await changePassword(parts, account, formField(request, 'password'));
    const { words } = LANGUAGES[step.language];
    if (fault !== undefined) return showStep(parts, reply.code(400), step, words.fault[fault]);
    return reply.redirect(await advance(parts, request, reply, step, { account: account.id, amr: signIn.amr }), 303);
  });

  scope.post('/interaction/:uid/passkey/options', async (request, reply) => {
    const step = await stepOf(parts, request, reply);
    if (step === undefined) return reply;
    const options = await passkeyChallenge(publicUrl);
    await saveSignIn(db, step.details.uid, { ...step.signIn, challenge: options.challenge });
    return options;
  });

  scope.post('/interaction/:uid/passkey', async (request, reply) => {
    const step = await stepOf(parts, request, reply);
    if (step === undefined) return reply;
    const { challenge, account: first, amr } = step.signIn;
    // Each challenge is good once.
    await saveSignIn(db, step.details.uid, { amr, ...(first !== undefined && { account: first }) });
    const account =
      challenge === undefined ? undefined : await accountOfPasskey(db, publicUrl, challenge, request.body);
    if (account === undefined || (first !== undefined && first !== account)) {
      await parts.record({ kind: 'sign-in-failed', address: request.ip, detail: { reason: 'passkey' } });
      return reply.code(401).send({});
    }
    return { to: await advance(parts, request, reply, step, { account, amr: first ? [...amr, 'hwk'] : ['hwk'] }) };
  });

  scope.post('/interaction/:uid/consent', async (request, reply) => {
    const step = await stepOf(parts, request, reply);
    if (step === undefined) return reply;
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

  scope.post('/interaction/:uid/abort', async (request, reply) => {
    const step = await stepOf(parts, request, reply);
    if (step === undefined) return reply;
    return reply.redirect(
      await finish(parts, request, reply, { error: 'access_denied', error_description: 'The user has refused' }),
      303,
    );
  });
}

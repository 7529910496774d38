import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Interaction, InteractionResults } from 'oidc-provider';
import { newTotp } from '../accounts/totp.ts';
import type { IdentityParts } from '../parts.ts';
import { nextStep } from '../sign-in/authenticate.ts';
import { type Account, findAccount, isUsable, markSignedIn } from '../store/accounts.ts';
import { findSignIn, type SignIn, saveSignIn, takeSignIn } from '../store/sign-ins.ts';
import { LANGUAGES, type Language } from '../texts/language.ts';
import { rememberBrowser } from './known-browser.ts';
import { sendPage, viewerOf } from './layout.ts';
import { codePage, consentPage, enrolPage, messagePage, newPasswordPage, passwordPage } from './sign-in-pages.ts';

/** A sign-in or a consent in progress, bound to the browser by the provider's cookie. */
export interface Step {
  readonly details: Interaction;
  readonly client: { readonly id: string; readonly name: string };
  readonly signIn: SignIn;
  /** The account after the first factor. */
  readonly account: Account | undefined;
  readonly language: Language;
  readonly at: string;
}

/**
 * The present step of the browser's interaction; undefined, with an answer sent, if there is none or it has expired.
 */
export async function stepOf(
  parts: IdentityParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Step | undefined> {
  const { language } = viewerOf(request);
  const { words } = LANGUAGES[language];
  const details = await parts
    .provider()
    .interactionDetails(request.raw, reply.raw)
    .catch(() => undefined);
  if (details === undefined || details.uid !== (request.params as { uid?: string }).uid) {
    sendPage(
      reply.code(400),
      messagePage(words.expired, words.expiredText, { href: '/', text: words.back }),
      viewerOf(request),
    );
    return undefined;
  }
  const id = String(details.params.client_id);
  const found = await parts.provider().Client.find(id);
  // Our pages of a site are known by its name.
  const origin = URL.parse(String(details.params.redirect_uri))?.origin;
  const siteName = parts.sites().find(({ url }) => url === origin)?.name;
  const signIn = (await findSignIn(parts.db, details.uid)) ?? { amr: [] };
  const account = signIn.account === undefined ? undefined : await findAccount(parts.db, signIn.account);
  return {
    details,
    client: { id, name: siteName ?? found?.clientName ?? id },
    signIn,
    account: account && isUsable(account) ? account : undefined,
    language,
    at: `/oidc/interaction/${details.uid}`,
  };
}

/** Shows the next step, with the error of the last attempt and the name that was typed. */
export async function showStep(
  parts: IdentityParts,
  reply: FastifyReply,
  step: Step,
  problem?: string,
  name?: string,
): Promise<FastifyReply> {
  const { details, client, signIn, account, language, at } = step;
  const target = URL.parse(String(details.params.redirect_uri))?.origin;
  const viewer = { language, path: at };
  const send = (page: Parameters<typeof sendPage>[1]) => sendPage(reply, page, viewer, target ? [target] : []);
  if (details.prompt.name === 'consent') {
    return send(consentPage({ language, at, client: client.name, scopes: askedScopes(details) }));
  }
  const next = account && nextStep(account, signIn.amr);
  if (account && next === 'second-factor') return send(codePage({ language, at, problem, hasTotp: account.hasTotp }));
  if (account && next === 'new-password')
    return send(newPasswordPage({ language, at: `${at}/new-password`, problem, given: true }));
  if (account && next === 'enrol') {
    const kept = signIn.secret === undefined ? undefined : await parts.secrets.open(signIn.secret, details.uid);
    const totp = newTotp(account.username, kept);
    if (kept === undefined) {
      await saveSignIn(parts.db, details.uid, {
        ...signIn,
        secret: await parts.secrets.seal(totp.secret, details.uid),
      });
    }
    return send(await enrolPage({ language, at, problem, ...totp }));
  }
  return send(
    passwordPage({
      language,
      at,
      problem,
      client: client.name,
      name: name ?? (typeof details.params.login_hint === 'string' ? details.params.login_hint : ''),
      providers: await parts.external.offered(),
    }),
  );
}

/** Records a factor; signs in when no more are required. Returns the next URL for the browser. */
export async function advance(
  parts: IdentityParts,
  request: FastifyRequest,
  reply: FastifyReply,
  { details, at }: Step,
  signIn: { readonly account: string; readonly amr: readonly string[] },
): Promise<string> {
  const account = await findAccount(parts.db, signIn.account);
  if (account === undefined || !isUsable(account)) return at;
  if (nextStep(account, signIn.amr) !== 'done') {
    await saveSignIn(parts.db, details.uid, signIn);
    return at;
  }
  await takeSignIn(parts.db, details.uid);
  await markSignedIn(parts.db, account.id);
  rememberBrowser(parts, request, reply, account.id);
  await parts.record({
    kind: account.isBreakGlass ? 'break-glass' : 'signed-in',
    account: account.id,
    client: String(details.params.client_id),
    address: request.ip,
    detail: { amr: signIn.amr },
  });
  return finish(parts, request, reply, { login: { accountId: account.id, amr: [...signIn.amr] } });
}

/** Passes the result to the provider. Returns the next URL for the browser. */
export function finish(
  parts: IdentityParts,
  request: FastifyRequest,
  reply: FastifyReply,
  result: InteractionResults,
): Promise<string> {
  const mergeWithLastSubmission = result.consent !== undefined;
  return parts.provider().interactionResult(request.raw, reply.raw, result, { mergeWithLastSubmission });
}

function askedScopes({ prompt }: Interaction): string[] {
  const { missingOIDCScope = [], missingResourceScopes = {} } = prompt.details as {
    missingOIDCScope?: string[];
    missingResourceScopes?: { [resource: string]: string[] };
  };
  return [...missingOIDCScope, ...Object.values(missingResourceScopes).flat()];
}

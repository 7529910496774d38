import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Access } from '../../access/access.ts';
import { denied, signInAgain, Unauthenticated } from '../../access/access-error.ts';
import { type Grant, isNothing } from '../../access/grant.ts';
import type { Principal } from '../../access/principal.ts';
import { problemOf } from '../answers/problem.ts';
import { sendProblem } from '../answers/send-problem.ts';
import { type AccessNeed, isReading, needOf } from './access-needs.ts';

/** To create a long-lived credential, a user must have signed in within this time. */
const RECENT_SIGN_IN_S = 600;

/** The principal of a request, and their rights to its tenant. */
interface RequestAccess {
  readonly principal: Principal;
  readonly grant: Grant;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Null if access control is off, and on routes that don't authenticate. */
    access: RequestAccess | null;
  }
}

/** Checks every request against the rights of its principal. Registered only if access control is enabled. */
export function enforceAccess(app: FastifyInstance, access: Access): void {
  app.addHook('onRequest', (request, reply, done) => {
    const route = request.routeOptions;
    const need = needOf(request, route);
    if (need === 'nothing') {
      done();
      return;
    }
    // Answers to authenticated requests must not be cached by others; `/ops` names persons. A route whose answers are
    // the same for everyone sets its own header.
    if (isCredentialShown(request) || route.url?.startsWith('/ops/') === true)
      reply.header('Cache-Control', 'no-store');
    let consumer = 'anonymous';
    const refuse = (error: unknown): void => {
      if (problemOf(error).status < 429) access.metering.refused(consumer);
      sendProblem(reply, error);
    };
    const admitted = (principal: Principal): void => {
      const grant = access.grant(principal, request.tenant);
      // Also set for refused requests, because the audit names the principal.
      request.access = { principal, grant };
      if (principal.seenBy !== undefined && !isReading(request, route))
        throw denied('Nothing can be changed while you see the product as somebody else');
      const { tenants } = principal;
      if (tenants?.includes(request.tenant) === false)
        throw denied(
          `The API key is only for ${tenants.map((tenant) => `the tenant ${tenant || '@default'}`).join(', ')}`,
        );
      checkNeed(need, principal, grant);
      if (route.config.recentSignIn === true) checkRecentSignIn(principal);
    };
    /** Undefined: admitted; otherwise admitted when the promise resolves. */
    const decide = (principal: Principal): undefined | Promise<void> => {
      consumer = access.consumer(principal);
      const counted = access.admit(principal, request.ip);
      if (counted !== undefined) return counted.then(() => admitted(principal));
      admitted(principal);
      return undefined;
    };
    let deciding: undefined | Promise<void>;
    try {
      const principal = access.authenticate(credentialsOf(request));
      deciding = principal instanceof Promise ? principal.then(decide) : decide(principal);
    } catch (error) {
      refuse(error);
      return;
    }
    if (deciding === undefined) done();
    else deciding.then(() => done(), refuse);
  });
}

function isCredentialShown({ headers }: FastifyRequest): boolean {
  return headers.authorization !== undefined || headers['x-api-key'] !== undefined;
}

function credentialsOf(request: FastifyRequest) {
  const apiKey = request.headers['x-api-key'];
  return {
    authorization: request.headers.authorization,
    apiKey: apiKey === undefined ? undefined : String(apiKey),
    address: request.ip,
  };
}

/** @throws Unauthenticated, or NgsiLdError AccessDenied with the missing right */
function checkNeed(need: AccessNeed, principal: Principal, grant: Grant): void {
  const isKnown = principal.kind !== 'anonymous';
  switch (need) {
    case 'read':
    case 'write':
      if (isNothing(grant[need])) throw lacking(isKnown, `the right to ${need} entities of this tenant`);
      return;
    case 'subscribe':
      if (!isKnown || isNothing(grant.read))
        throw lacking(isKnown, 'the right to read entities of this tenant, by name');
      return;
    case 'administer':
      if (!grant.administers) throw lacking(isKnown, 'the right to administer this tenant');
      return;
    case 'administerAll':
      if (!grant.administersAll) throw lacking(isKnown, 'the right to administer all tenants');
  }
}

/** @throws Unauthenticated: the user must sign in again first (RFC 9470) */
function checkRecentSignIn({ kind, signedInAt = Number.NEGATIVE_INFINITY }: Principal): void {
  if (kind !== 'token' || Date.now() - signedInAt < RECENT_SIGN_IN_S * 1000) return;
  throw signInAgain(RECENT_SIGN_IN_S);
}

function lacking(isKnown: boolean, what: string): Error {
  if (isKnown) return denied(`Lacking: ${what}`);
  return new Unauthenticated(`Expected a token or an API key with ${what}`);
}

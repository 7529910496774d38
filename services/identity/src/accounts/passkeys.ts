import type { Queryable } from '@alzette/kit/database';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { type Account, fullName } from '../store/accounts.ts';
import { addPasskey, findPasskey, markPasskeyUsed, passkeysOf } from '../store/second-factors.ts';

/** It brings all of X.509: not before somebody signs in. */
const webauthn = () => import('@simplewebauthn/server');

/** Options for a passkey of this site, whoever has it: the key itself says whose it is. */
export async function passkeyChallenge(publicUrl: string) {
  const { generateAuthenticationOptions } = await webauthn();
  return generateAuthenticationOptions({ rpID: new URL(publicUrl).hostname, userVerification: 'required' });
}

/** Whose passkey has answered the challenge; undefined when none of ours has. */
export async function accountOfPasskey(
  db: Queryable,
  publicUrl: string,
  challenge: string,
  response: unknown,
): Promise<string | undefined> {
  if (!hasId(response)) return undefined;
  const passkey = await findPasskey(db, response.id);
  if (passkey === undefined) return undefined;
  const { origin, hostname } = new URL(publicUrl);
  const { verifyAuthenticationResponse } = await webauthn();
  const verdict = await verifyAuthenticationResponse({
    response: response as AuthenticationResponseJSON, // whatever else it lacks is refused
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: hostname,
    requireUserVerification: true,
    credential: { id: passkey.id, publicKey: passkey.publicKey, counter: passkey.counter },
  }).catch(() => undefined);
  if (!verdict?.verified) return undefined;
  await markPasskeyUsed(db, passkey.id, verdict.authenticationInfo.newCounter);
  return passkey.account;
}

export async function newPasskeyOptions(db: Queryable, publicUrl: string, account: Account) {
  const known = await passkeysOf(db, account.id);
  const { generateRegistrationOptions } = await webauthn();
  return generateRegistrationOptions({
    rpName: 'Alzette',
    rpID: new URL(publicUrl).hostname,
    userID: new TextEncoder().encode(account.id),
    userName: account.username,
    userDisplayName: fullName(account),
    excludeCredentials: known.map(({ id, transports }) => ({ id, transports: [...transports] })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
}

/** False when the response is not one to this challenge, or the key is known already. */
export async function registerPasskey(
  db: Queryable,
  publicUrl: string,
  { account, name, challenge, response }: { account: string; name: string; challenge: string; response: unknown },
): Promise<boolean> {
  if (!hasId(response)) return false;
  const { origin, hostname } = new URL(publicUrl);
  const { verifyRegistrationResponse } = await webauthn();
  const verdict = await verifyRegistrationResponse({
    response: response as RegistrationResponseJSON, // whatever else it lacks is refused
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: hostname,
    requireUserVerification: true,
  }).catch(() => undefined);
  if (!verdict?.verified) return false;
  const { id, publicKey, counter, transports = [] } = verdict.registrationInfo.credential;
  return addPasskey(db, { id, account, name, publicKey, counter, transports });
}

function hasId(response: unknown): response is { id: string } {
  return typeof response === 'object' && response !== null && 'id' in response && typeof response.id === 'string';
}

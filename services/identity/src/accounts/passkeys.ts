import type { Queryable } from '@alzette/kit/database';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { type Account, fullName } from '../store/accounts.ts';
import { addPasskey, findPasskey, markPasskeyUsed, passkeysOf } from '../store/second-factors.ts';

/** Loaded with the first sign-in, because it includes all of X.509. */
const webauthn = () => import('@simplewebauthn/server');

/** Options for any passkey of this site: the key itself identifies the account. */
export async function passkeyChallenge(publicUrl: string) {
  const { generateAuthenticationOptions } = await webauthn();
  return generateAuthenticationOptions({ rpID: new URL(publicUrl).hostname, userVerification: 'required' });
}

/** The account whose passkey answered the challenge; undefined if none of ours did. */
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
    response: response as AuthenticationResponseJSON, // the library checks the other members
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

/** False if the response does not belong to this challenge, or the key is registered already. */
export async function registerPasskey(
  db: Queryable,
  publicUrl: string,
  { account, name, challenge, response }: { account: string; name: string; challenge: string; response: unknown },
): Promise<boolean> {
  if (!hasId(response)) return false;
  const { origin, hostname } = new URL(publicUrl);
  const { verifyRegistrationResponse } = await webauthn();
  const verdict = await verifyRegistrationResponse({
    response: response as RegistrationResponseJSON, // the library checks the other members
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

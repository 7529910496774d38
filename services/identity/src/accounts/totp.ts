import type { Queryable } from '@alzette/kit/database';
import { Secret, TOTP } from 'otpauth';
import { setTotpSecret, takeTotpStep, totpSecret } from '../store/second-factors.ts';
import type { Secrets } from '../store/secrets.ts';

const PERIOD_S = 30;

/** A new secret in base 32, and its URL for the QR code that authenticator applications read. */
export function newTotp(label: string, secret = new Secret({ size: 20 }).base32): { secret: string; address: string } {
  return { secret, address: totpOf(secret, label).toString() };
}

/** The time step of a code, of now or a neighbouring one; undefined for a wrong code. */
export function stepOfCode(secret: string, code: string): number | undefined {
  const token = code.replace(/\s/g, '');
  if (!/^\d{6}$/.test(token)) return undefined;
  const delta = totpOf(secret).validate({ token, window: 1 });
  return delta === null ? undefined : Math.floor(Date.now() / 1000 / PERIOD_S) + delta;
}

export async function enrolTotp(db: Queryable, secrets: Secrets, account: string, secret: string): Promise<void> {
  await setTotpSecret(db, account, await secrets.seal(secret, `totp:${account}`));
}

/** Whether the code belongs to the account and was not used before. */
export async function isTotpOf(db: Queryable, secrets: Secrets, account: string, code: string): Promise<boolean> {
  const sealed = await totpSecret(db, account);
  if (sealed === undefined) return false;
  const step = stepOfCode(await secrets.open(sealed, `totp:${account}`), code);
  return step !== undefined && (await takeTotpStep(db, account, step));
}

function totpOf(secret: string, label = ''): TOTP {
  return new TOTP({ issuer: 'Alzette', label, secret: Secret.fromBase32(secret), period: PERIOD_S });
}

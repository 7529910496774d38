import type { Queryable } from '@alzette/kit/database';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { admitAttempt, succeeded } from '../store/throttle.ts';
import type { ProviderPages } from './provider-pages.ts';

/** Wrong codes from all addresses within about an hour; there are 25,600,000,000 codes. */
const MOST_WRONG_CODES = 10_000;

/**
 * Guards the form for codes of devices. Nobody tries one code after the other (RFC 8628, 5.1): wrong ones count against
 * the address. And it is taken from browsers alone that have opened its page: the provider has no session for others, and
 * fails where it answers that the form's token is missing.
 */
export function guardDeviceCodes(
  db: Queryable,
  pages: Pick<ProviderPages, 'blocked' | 'deviceExpired'>,
  isOpen: (ctx: KoaContextWithOIDC) => Promise<boolean>,
): (ctx: KoaContextWithOIDC, next: () => Promise<void>) => Promise<void> {
  return async (ctx, next) => {
    if (ctx.method !== 'POST' || ctx.path !== '/device') return next();
    if (!(await isOpen(ctx))) {
      ctx.status = 400;
      return pages.deviceExpired(ctx);
    }
    const attempt = { subject: 'device', address: ctx.ip, everywhere: MOST_WRONG_CODES };
    const seconds = await admitAttempt(db, attempt);
    if (seconds > 0) {
      ctx.status = 429;
      ctx.set('retry-after', String(seconds));
      return pages.blocked(ctx, seconds);
    }
    await next();
    if (ctx.oidc?.entities.DeviceCode !== undefined) await succeeded(db, attempt);
  };
}

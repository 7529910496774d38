import type { Queryable } from '@alzette/kit/database';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { admitAttempt, succeeded } from '../store/throttle.ts';
import type { ProviderPages } from './provider-pages.ts';

/** Wrong codes from all addresses within about an hour; there are 25,600,000,000 codes. */
const MAX_WRONG_CODES = 10_000;

/**
 * Protects the form for device codes. Wrong codes count against the address, so codes can't be tried one by one (RFC
 * 8628, 5.1). The form is accepted only from a browser that opened its page: without a session, the provider fails
 * while it reports the missing form token.
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
    const attempt = { subject: 'device', address: ctx.ip, everywhere: MAX_WRONG_CODES };
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

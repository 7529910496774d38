import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Queryable } from '../database.ts';
import { admitAttempt, succeeded } from '../store/throttle.ts';

/** Lets nobody try one code of a device after the other (RFC 8628, 5.1): wrong ones count against the address. */
export function limitDeviceCodes(
  db: Queryable,
  blocked: (ctx: KoaContextWithOIDC, seconds: number) => Promise<void>,
): (ctx: KoaContextWithOIDC, next: () => Promise<void>) => Promise<void> {
  return async (ctx, next) => {
    if (ctx.method !== 'POST' || ctx.path !== '/device') return next();
    const attempt = { name: `device:${ctx.ip}`, address: ctx.ip };
    const seconds = await admitAttempt(db, attempt);
    if (seconds > 0) {
      ctx.status = 429;
      ctx.set('retry-after', String(seconds));
      return blocked(ctx, seconds);
    }
    await next();
    if (ctx.oidc?.entities.DeviceCode !== undefined) await succeeded(db, attempt);
  };
}

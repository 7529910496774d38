import type { AuditedChange } from '@alzette/kit/audited-change';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** For routes that change what is configured. */
    audited?: AuditedChange;
  }
}

import type { Database } from '@alzette/kit/database';
import type { Mail } from '@alzette/kit/mail';
import type { Provider } from 'oidc-provider';
import type { Logger } from 'pino';
import type { IdentityEvent } from './store/events.ts';
import type { Secrets } from './store/secrets.ts';

/** What the routes and jobs of identity share. */
export interface IdentityParts {
  readonly db: Database;
  readonly secrets: Secrets;
  readonly publicUrl: string;
  /** The provider of now: with new keys comes a new one. */
  readonly provider: () => Provider;
  readonly external: {
    /** The providers that the sign-in page offers. */
    offered(): Promise<readonly { readonly name: string; readonly title: string; readonly issuer: string }[]>;
  };
  readonly logger: Logger;
  readonly mail: Mail | undefined;
  /** Makes the access tokens that a user or client holds useless, whose signature stays good. */
  revokeTokens(subject: string): Promise<void>;
  /** Likewise those of one session, by its uid. */
  revokeSession(uid: string): Promise<void>;
  /** Keeps what happened, and tells whoever audits. */
  record(event: IdentityEvent): Promise<void>;
}

import type { Database } from '@alzette/kit/database';
import type { Mail } from '@alzette/kit/mail';
import type { Provider } from 'oidc-provider';
import type { Logger } from 'pino';
import type { IdentityEvent } from './store/events.ts';
import type { Secrets } from './store/secrets.ts';

/** The parts of identity, shared by routes and jobs. */
export interface IdentityParts {
  readonly db: Database;
  readonly secrets: Secrets;
  readonly publicUrl: string;
  /** Other places where people use our pages, which sign in here. */
  readonly sites: () => readonly { readonly url: string; readonly name: string }[];
  /** `open`: everybody may do everything, so nobody has an own view. */
  readonly access: 'open' | 'enforced';
  /** The issuer of the tokens that are accepted here; absent: we are. */
  readonly otherIssuer?: string;
  /** The present provider; it is replaced when keys change. */
  readonly provider: () => Provider;
  readonly external: {
    /** The external providers on the sign-in page. */
    offered(): Promise<readonly { readonly name: string; readonly title: string; readonly issuer: string }[]>;
  };
  readonly logger: Logger;
  readonly mail: Mail | undefined;
  /**
   * Revokes the access tokens of a user or client, although their signature stays valid.
   *
   * @param before those issued before this time; default: now
   */
  revokeTokens(subject: string, before?: Date): Promise<void>;
  /** Deletes what only the person of an account can see outside of identity. */
  forget(account: string): Promise<void>;
  /** Ends a session and revokes its access tokens, by its uid. */
  revokeSession(uid: string): Promise<void>;
  /** Stores an event, and passes it to the audit. */
  record(event: IdentityEvent): Promise<void>;
  /**
   * Does what an event tells, and records it. The audit has an entry even if the process is killed in between.
   *
   * @param work resolves to whether there was anything to do
   */
  recording(event: IdentityEvent, work: () => Promise<boolean>): Promise<boolean>;
}

import type { Transporter } from 'nodemailer';
import { type Shares, UNLIMITED } from '../shares/shares.ts';

export interface MailSettings {
  /** The mail server, e.g. `smtps://user:password@mail.example.org`. */
  readonly smtpUrl: string;
  /** The sender address. */
  readonly from: string;
}

export interface Email {
  /** Whose mail it is; '' is the default tenant. */
  readonly tenant: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** The HTML version; absent: only text. */
  readonly html?: string;
  /** `<…@…>`, the same for a repeated mail, so that mail programs can recognise duplicates. */
  readonly messageId?: string;
  readonly attachments?: readonly {
    readonly filename: string;
    readonly content: Buffer;
    readonly contentType: string;
  }[];
}

export interface Mail {
  /** @throws Error: the mail server refused it, or the tenant has sent as many today as it may */
  send(email: Email): Promise<void>;
  /** Signs in to the mail server without sending. @throws Error: signing in failed */
  verify(): Promise<void>;
}

const TIMEOUT_MS = 15_000;

export function openMail({ smtpUrl, from }: MailSettings, shares: Shares = UNLIMITED): Mail {
  let transport: Promise<Transporter> | undefined;
  return {
    async send({ tenant, attachments, ...letter }) {
      shares.take(tenant, 'mails');
      transport ??= connectTo(smtpUrl);
      await (await transport).sendMail({ from, ...letter, ...(attachments && { attachments: [...attachments] }) });
    },
    async verify() {
      transport ??= connectTo(smtpUrl);
      await (await transport).verify();
    },
  };
}

/** Loaded for the first mail. */
async function connectTo(url: string): Promise<Transporter> {
  const { createTransport } = await import('nodemailer');
  return createTransport({
    url,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
  });
}

import type { Transporter } from 'nodemailer';

export interface MailSettings {
  /** The mail server, e.g. `smtps://user:password@mail.example.org`. */
  readonly smtpUrl: string;
  /** Who letters come from. */
  readonly from: string;
}

export interface Letter {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** The same for programs that show it; absent: the text alone. */
  readonly html?: string;
  /** `<…@…>`, the same when a letter is sent again that may have arrived: programs tell by it that they have it. */
  readonly messageId?: string;
  readonly attachments?: readonly {
    readonly filename: string;
    readonly content: Buffer;
    readonly contentType: string;
  }[];
}

export interface Mail {
  /** @throws Error: the mail server did not take it */
  send(letter: Letter): Promise<void>;
  /** Signs in to the mail server and sends nothing. @throws Error: it does not let us in */
  verify(): Promise<void>;
}

const TIMEOUT_MS = 15_000;

export function openMail({ smtpUrl, from }: MailSettings): Mail {
  let transport: Promise<Transporter> | undefined;
  return {
    async send({ attachments, ...letter }) {
      transport ??= connectTo(smtpUrl);
      await (await transport).sendMail({ from, ...letter, ...(attachments && { attachments: [...attachments] }) });
    },
    async verify() {
      transport ??= connectTo(smtpUrl);
      await (await transport).verify();
    },
  };
}

/** Loaded with the first letter. */
async function connectTo(url: string): Promise<Transporter> {
  const { createTransport } = await import('nodemailer');
  return createTransport({
    url,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
  });
}

import { createTransport } from 'nodemailer';

export interface MailSettings {
  /** The mail server, e.g. `smtps://user:password@mail.example.org`. */
  readonly smtpUrl: string;
  /** Who letters come from. */
  readonly from: string;
}

export interface Mail {
  send(letter: { readonly to: string; readonly subject: string; readonly text: string }): Promise<void>;
}

const TIMEOUT_MS = 15_000;

export function openMail({ smtpUrl, from }: MailSettings): Mail {
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
  });
  return {
    async send(letter) {
      await transport.sendMail({ from, ...letter });
    },
  };
}

import { inLanguage, type Language } from '@alzette/kit/languages';
import type { Mail } from '@alzette/kit/mail';
import type { Outcome, Send } from './sender.ts';

const MORE: { readonly [language in Language]: string } = {
  fr: 'Voir',
  en: 'See',
  de: 'Ansehen',
  lb: 'Kucken',
};

/**
 * E-mail by the product's mail server. @param host domain of the message ids, by which mail programs detect duplicates
 */
export function emailSender(mail: Mail | undefined, tenant: string, host: string): Send {
  return async ({ id, content, language, address }) => {
    if (mail === undefined) return { outcome: 'refused', detail: 'no mail server is configured (SMTP_URL)' };
    try {
      await mail.send({
        tenant,
        to: address,
        subject: inLanguage(content.title, language),
        text: `${inLanguage(content.text, language)}\n\n${MORE[language]} : ${content.link}\n`,
        messageId: `<${id}@${host}>`,
      });
      return { outcome: 'sent' };
    } catch (error) {
      return outcomeOf(error);
    }
  };
}

/** A 5xx of a mail server is permanent (RFC 5321, 4.2.1); other errors may be temporary. */
function outcomeOf(error: unknown): Outcome {
  const { responseCode, message } = error as { responseCode?: unknown; message?: unknown }; // error members of nodemailer
  const detail = String(message ?? error).slice(0, 300);
  return typeof responseCode === 'number' && responseCode >= 500
    ? { outcome: 'refused', detail }
    : { outcome: 'retry', detail };
}

import { createHash } from 'node:crypto';
import { inLanguage } from '@alzette/kit/languages';
import type { HttpMessage } from './http-exchange.ts';
import { inShort, type Outgoing } from './sender.ts';

export interface Settings {
  readonly [name: string]: string;
}

/** A provider of SMS or calls with an HTTP API. */
interface TelephoneProvider {
  readonly title: string;
  readonly kinds: readonly ('sms' | 'voice')[];
  /** The required and the optional settings. */
  readonly settings: readonly string[];
  readonly optional: readonly string[];
  /** The settings that are stored encrypted; members of one JSON object. */
  readonly secrets: readonly string[];
  messageOf(settings: Settings, secrets: Settings, message: Outgoing, at: Date): HttpMessage;
}

const SMS_LENGTH = 300;
const SPOKEN_LENGTH = 1000;

/** The API of OVHcloud (v1): requests are signed with two keys and the time. */
const ovhcloudSms: TelephoneProvider = {
  title: 'OVHcloud SMS',
  kinds: ['sms'],
  settings: ['serviceName', 'applicationKey'],
  optional: ['sender', 'endpoint'],
  secrets: ['applicationSecret', 'consumerKey'],
  messageOf(settings, secrets, message, at) {
    const { serviceName = '', applicationKey = '', sender, endpoint = 'https://eu.api.ovh.com/1.0' } = settings;
    const { applicationSecret = '', consumerKey = '' } = secrets;
    const url = `${endpoint}/sms/${encodeURIComponent(serviceName)}/jobs`;
    const body = JSON.stringify({
      receivers: [message.address],
      message: inShort(message, SMS_LENGTH),
      charset: 'UTF-8',
      priority: 'high',
      noStopClause: true,
      tag: message.id.slice(0, 20),
      ...(sender === undefined ? { senderForResponse: true } : { sender }),
    });
    const timestamp = String(Math.floor(at.getTime() / 1000));
    const signed = [applicationSecret, consumerKey, 'POST', url, body, timestamp].join('+');
    return {
      method: 'POST',
      url,
      headers: {
        'content-type': 'application/json',
        'x-ovh-application': applicationKey,
        'x-ovh-consumer': consumerKey,
        'x-ovh-timestamp': timestamp,
        'x-ovh-signature': `$1$${createHash('sha1').update(signed).digest('hex')}`,
      },
      body,
    };
  },
};

/** Any gateway that accepts JSON: `{id, to, text, language}`, with a bearer token. */
const http: TelephoneProvider = {
  title: 'HTTP (JSON)',
  kinds: ['sms', 'voice'],
  settings: ['url'],
  optional: [],
  secrets: ['token'],
  messageOf({ url = '' }, { token = '' }, message) {
    const { content, language } = message;
    const spoken = `${inLanguage(content.title, language)}. ${inLanguage(content.text, language)}`.slice(
      0,
      SPOKEN_LENGTH,
    );
    return {
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'idempotency-key': message.id },
      body: JSON.stringify({
        id: message.id,
        to: message.address,
        text: inShort(message, SMS_LENGTH),
        spoken,
        language,
      }),
    };
  },
};

/** A new provider is one line here. */
export const TELEPHONE_PROVIDERS: { readonly [name: string]: TelephoneProvider } = {
  'ovhcloud-sms': ovhcloudSms,
  http,
};

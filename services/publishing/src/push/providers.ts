import { createPrivateKey, sign } from 'node:crypto';
import { bodyReader, object } from '@alzette/kit/bodies';
import type { Queryable } from '@alzette/kit/database';
import { request } from 'undici';
import type { PublishingParts } from '../parts.ts';
import type { HttpMessage, Outcome, Urgency } from '../ports.ts';

/** The content that a device shows. */
interface ShownPush {
  readonly key: string;
  readonly title: string;
  readonly text: string;
  readonly link: string;
  readonly urgency: Urgency;
}

/** A service account of Firebase, with the member names of its JSON file. */
interface FcmSettings {
  readonly project_id: string;
  readonly client_email: string;
  readonly private_key: string;
  readonly token_uri: string;
  /** Default: the URL of Google's API. */
  readonly api?: string;
}
/** A signing key of Apple (.p8). */
interface ApnsSettings {
  readonly keyId: string;
  readonly teamId: string;
  readonly privateKey: string;
  /** The app's bundle identifier. */
  readonly topic: string;
  /** Default: the URL of Apple's API. */
  readonly api?: string;
}

const line = { type: 'string', minLength: 1, maxLength: 300 };
const key = { type: 'string', minLength: 1, maxLength: 10_000 };
const url = { type: 'string', format: 'uri', pattern: '^https?://', maxLength: 300 };
export const readFcm = bodyReader<FcmSettings>({
  ...object({ project_id: line, client_email: line, private_key: key, token_uri: url, api: url }, [
    'project_id',
    'client_email',
    'private_key',
    'token_uri',
  ]),
  additionalProperties: true, // the file has other members too
});
export const readApns = bodyReader<ApnsSettings>(
  object({ keyId: line, teamId: line, privateKey: key, topic: line, api: url }, [
    'keyId',
    'teamId',
    'privateKey',
    'topic',
  ]),
);

const SAVE = `
  INSERT INTO publishing.push_provider (tenant, name, sealed) VALUES ($1, $2, $3)
  ON CONFLICT (tenant, name) DO UPDATE SET sealed = excluded.sealed`;
const FIND = 'SELECT sealed FROM publishing.push_provider WHERE tenant = $1 AND name = $2';
const LIST = 'SELECT name FROM publishing.push_provider WHERE tenant = $1 ORDER BY name';
const DELETE = 'DELETE FROM publishing.push_provider WHERE tenant = $1 AND name = $2';
const ownerOf = (tenant: string, name: string) => `publishing.provider:${tenant}:${name}`;

type Provider = 'fcm' | 'apns';
type Parts = Pick<PublishingParts, 'db' | 'secrets'>;

export async function saveProvider({ db, secrets }: Parts, tenant: string, name: Provider, settings: object) {
  const sealed = secrets.seal(JSON.stringify(settings), ownerOf(tenant, name));
  await db.query({ text: SAVE, values: [tenant, name, sealed] });
}

export async function listProviders(db: Queryable, tenant: string): Promise<string[]> {
  return (await db.query<{ name: string }>({ text: LIST, values: [tenant] })).rows.map(({ name }) => name);
}

export async function deleteProvider(db: Queryable, tenant: string, name: Provider): Promise<boolean> {
  return (await db.query({ text: DELETE, values: [tenant, name] })).rowCount === 1;
}

/** Sends by Google's or Apple's service. If it is not configured, the message is refused. */
export async function sendByProvider(
  parts: PublishingParts,
  tenant: string,
  { provider, token }: { readonly provider: Provider; readonly token: string },
  push: ShownPush,
): Promise<Outcome> {
  const { rows } = await parts.db.query<{ sealed: string }>({ text: FIND, values: [tenant, provider] });
  const sealed = rows[0]?.sealed;
  if (sealed === undefined) return { outcome: 'refused', detail: `${provider} is not set up` };
  const settings: unknown = JSON.parse(parts.secrets.open(sealed, ownerOf(tenant, provider)));
  if (provider === 'apns')
    return parts.webPush.exchange(apnsMessage(settings as ApnsSettings, token, push, new Date())); // validated when it was saved
  const fcm = settings as FcmSettings; // validated when it was saved
  const access = await accessToken(parts, fcm);
  if (typeof access !== 'string') return access;
  // A removed device is answered with 404 (UNREGISTERED), as in web push.
  const outcome = await parts.webPush.exchange(fcmMessage(fcm, access, token, push));
  if (outcome.outcome !== 'refused' || !outcome.detail.startsWith('HTTP 401')) return outcome;
  // The token was revoked: the next attempt requests a new one.
  accessTokens.delete(fcm.client_email);
  return { outcome: 'retry', detail: outcome.detail, afterMs: 1000 };
}

/** Firebase Cloud Messaging, HTTP v1. */
function fcmMessage({ api, project_id }: FcmSettings, access: string, token: string, push: ShownPush): HttpMessage {
  const { key: tag, title, text, link, urgency } = push;
  const isUrgent = urgency === 'high' || urgency === 'emergency';
  const message = {
    token,
    notification: { title, body: text },
    data: { link, key: tag },
    android: { priority: isUrgent ? 'HIGH' : 'NORMAL', notification: { tag } },
  };
  return {
    method: 'POST',
    url: `${api ?? 'https://fcm.googleapis.com'}/v1/projects/${encodeURIComponent(project_id)}/messages:send`,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${access}` },
    body: JSON.stringify({ message }),
  };
}

/** Apple Push Notification service; the dispatcher uses HTTP/2 if the server supports it. */
function apnsMessage(settings: ApnsSettings, token: string, push: ShownPush, at: Date): HttpMessage {
  const { key: id, title, text, link, urgency } = push;
  const interruption = urgency === 'emergency' ? 'time-sensitive' : urgency === 'low' ? 'passive' : 'active';
  const aps = { alert: { title, body: text }, 'interruption-level': interruption };
  return {
    method: 'POST',
    url: `${settings.api ?? 'https://api.push.apple.com'}/3/device/${token}`,
    headers: {
      'content-type': 'application/json',
      authorization: `bearer ${apnsToken(settings, at)}`,
      'apns-topic': settings.topic,
      'apns-push-type': 'alert',
      'apns-priority': urgency === 'low' ? '5' : '10',
      'apns-collapse-id': id.slice(0, 64),
    },
    body: JSON.stringify({ aps, link }),
  };
}

/** Apple requires a token that is between 20 and 60 minutes old at most: one for each half hour. */
function apnsToken({ keyId, teamId, privateKey }: ApnsSettings, at: Date): string {
  const iat = Math.floor(at.getTime() / 1_800_000) * 1800;
  return signedToken({ alg: 'ES256', kid: keyId }, { iss: teamId, iat }, privateKey);
}

const FCM_SCOPE = 'https://www.googleapis.com/auth/firebase.messaging';
/** Concurrent messages share one token request. */
const accessTokens = new Map<string, { readonly token: Promise<string | Outcome>; until: number }>();
const ASKING_MS = 30_000;

/** An access token of a service account (RFC 7523), cached until shortly before it expires. */
function accessToken(parts: PublishingParts, settings: FcmSettings): Promise<string | Outcome> {
  const account = settings.client_email;
  const known = accessTokens.get(account);
  if (known !== undefined && known.until > Date.now()) return known.token;
  const asked = askForToken(parts, settings);
  const kept = { token: asked.then(({ token }) => token), until: Date.now() + ASKING_MS };
  accessTokens.set(account, kept);
  asked.then(
    ({ seconds }) => {
      kept.until = Date.now() + (seconds - 60) * 1000;
    },
    () => accessTokens.delete(account),
  );
  return kept.token;
}

async function askForToken(
  parts: PublishingParts,
  settings: FcmSettings,
): Promise<{ readonly token: string | Outcome; readonly seconds: number }> {
  const iat = Math.floor(Date.now() / 1000);
  const claims = { iss: settings.client_email, scope: FCM_SCOPE, aud: settings.token_uri, iat, exp: iat + 3600 };
  const assertion = signedToken({ alg: 'RS256', typ: 'JWT' }, claims, settings.private_key);
  const form = new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion });
  const { statusCode, body } = await request(settings.token_uri, {
    method: 'POST',
    dispatcher: parts.outgoing.dispatcher,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
    headersTimeout: 15_000,
    bodyTimeout: 15_000,
  });
  const text = (await body.text()).slice(0, 10_000);
  if (statusCode !== 200) {
    return { token: { outcome: 'retry', detail: `no access token: HTTP ${statusCode}` }, seconds: 0 };
  }
  const { access_token: token, expires_in: seconds } = JSON.parse(text) as { access_token: string; expires_in: number };
  return { token, seconds };
}

function signedToken(header: object, claims: object, privateKey: string): string {
  const part = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url');
  const content = `${part(header)}.${part(claims)}`;
  const signature = sign('sha256', Buffer.from(content), {
    key: createPrivateKey(privateKey),
    dsaEncoding: 'ieee-p1363',
  });
  return `${content}.${signature.toString('base64url')}`;
}

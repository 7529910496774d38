import type { Wishes } from '@alzette/publishing/contract';
import { callOf, devices } from '../citizen/citizen-api.ts';
import { preferences, type Topic } from './preferences.ts';

/** The endpoint and secret that the server issued for this device. Only they can change its topics. */
export interface Endpoint {
  readonly id: string;
  readonly secret: string;
}
const KEPT_UNDER = 'alzette.push';
const TOPICS_KEPT_UNDER = 'alzette.topics';
/** The limit of the server. */
const MAX_TOPICS = 200;

/** Whether the browser has push notifications. */
export function supportsPush(): boolean {
  return 'serviceWorker' in navigator && 'PushManager' in window;
}

/** Whether this device is subscribed to push notifications. */
export function hasPushEndpoint(): boolean {
  return keptEndpoint() !== undefined;
}

/**
 * Subscribes this device to the chosen topics. Another call replaces the topics.
 *
 * @returns false: the user denied the permission
 */
export async function subscribeToPush(language: string, communes: readonly string[]): Promise<boolean> {
  if ((await Notification.requestPermission()) !== 'granted') return false;
  const registration = await navigator.serviceWorker.ready;
  const { key } = await devices.key();
  const subscription =
    (await registration.pushManager.getSubscription()) ??
    (await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
  const { endpoint = '', keys: { p256dh = '', auth = '' } = {} } = subscription.toJSON();
  const saved: Endpoint = await devices.add({
    body: { subscription: { endpoint, keys: { p256dh, auth } }, ...wishesOf(language, communes) },
  });
  localStorage.setItem(KEPT_UNDER, JSON.stringify(saved));
  return true;
}

/** Sends the current choice to the server. */
export async function updateWishes(language: string, communes: readonly string[]): Promise<void> {
  const own = keptEndpoint();
  if (own === undefined) return;
  await devices.setWishes({ ...callOf(own), body: wishesOf(language, communes) });
}

/** Adds a single topic, such as that of the user's own report. It takes effect once the device is subscribed. */
export async function followTopic(topic: string): Promise<void> {
  if (keptTopics().includes(topic)) return;
  keepTopics([...keptTopics(), topic]);
  const own = keptEndpoint();
  if (own === undefined) return;
  await devices.changeTopics({ ...callOf(own), body: { add: [topic] } });
}

export async function unfollowTopic(topic: string): Promise<void> {
  keepTopics(keptTopics().filter((each) => each !== topic));
  const own = keptEndpoint();
  if (own === undefined) return;
  await devices.changeTopics({ ...callOf(own), body: { remove: [topic] } });
}

/** Whether this device has subscribed to the topic. */
export function isFollowed(topic: string): boolean {
  return hasPushEndpoint() && keptTopics().includes(topic);
}

/** Ends the subscription of this device, here and at the server. */
export async function unsubscribeFromPush(): Promise<void> {
  const own = keptEndpoint();
  localStorage.removeItem(KEPT_UNDER);
  const registration = await navigator.serviceWorker.getRegistration();
  await (await registration?.pushManager.getSubscription())?.unsubscribe();
  if (own === undefined) return;
  await devices.remove(callOf(own));
}

/** Topics that were added one by one: the user's own reports, the collections of their sector. */
function keptTopics(): string[] {
  return JSON.parse(localStorage.getItem(TOPICS_KEPT_UNDER) ?? '[]') as string[]; // the app only writes text lists
}

function keepTopics(topics: readonly string[]): void {
  localStorage.setItem(TOPICS_KEPT_UNDER, JSON.stringify([...new Set(topics)]));
}

function wishesOf(language: string, all: readonly string[]): Wishes {
  const { topics, communes, quiet } = preferences;
  const followed = communes.length === 0 ? all : communes;
  return {
    topics: [
      ...keptTopics(),
      ...topics.flatMap((topic) => followed.flatMap((commune) => topicsOf(topic, commune))),
    ].slice(0, MAX_TOPICS),
    language: language as Wishes['language'], // one of the app's
    ...(quiet.on && { quiet: { from: quiet.from, to: quiet.to } }),
  };
}

/** For news and events: only the chosen themes. */
function topicsOf(topic: Topic, commune: string): string[] {
  const { themes } = preferences;
  const hasThemes = (topic === 'news' || topic === 'events') && themes.length > 0;
  return hasThemes ? themes.map((theme) => `${topic}@${commune}/${theme}`) : [`${topic}@${commune}`];
}

/** The push endpoint of this device, if it has one. */
export function keptEndpoint(): Endpoint | undefined {
  const text = localStorage.getItem(KEPT_UNDER);
  return text === null ? undefined : (JSON.parse(text) as Endpoint); // the app writes only endpoints
}

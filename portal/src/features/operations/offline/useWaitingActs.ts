import { onMounted, onUnmounted, type Ref, ref } from 'vue';
import { waitingActs } from './send-acts.ts';

interface Waiting {
  /** How many acts wait on this device. */
  readonly count: Readonly<Ref<number>>;
  /** They wait for somebody to sign in: the page was opened where there was no network. */
  readonly needsSignIn: Readonly<Ref<boolean>>;
  /** What the server refused, in its words. */
  readonly refused: Readonly<Ref<string>>;
  /** After acts were added elsewhere. */
  look(): void;
}

/**
 * Sends what waits when the page is opened and whenever the network is back, and keeps the portal's page of work orders on the
 * device for when there is none.
 */
export function useWaitingActs(afterSending: () => unknown): Waiting {
  const count = ref(waitingActs.count());
  const needsSignIn = ref(false);
  const refused = ref('');

  function look(): void {
    count.value = waitingActs.count();
    needsSignIn.value = waitingActs.needsSignIn;
  }
  async function send(): Promise<void> {
    if (waitingActs.count() === 0) return look();
    refused.value = (await waitingActs.send()).join(' ');
    look();
    await afterSending();
  }
  onMounted(() => {
    window.addEventListener('online', send);
    void send();
    if (import.meta.env.PROD) void navigator.serviceWorker?.register('/sw.js').catch(() => undefined);
  });
  onUnmounted(() => window.removeEventListener('online', send));
  return { count, needsSignIn, refused, look };
}

import { onMounted, onUnmounted, type Ref, ref } from 'vue';
import { waitingActs } from './send-acts.ts';

interface Waiting {
  /** The number of acts that wait on this device. */
  readonly count: Readonly<Ref<number>>;
  /** Acts wait for the sign-in, because the page was opened without a network. */
  readonly needsSignIn: Readonly<Ref<boolean>>;
  /** The server's messages about refused acts. */
  readonly refused: Readonly<Ref<string>>;
  /** Call it after acts were added elsewhere. */
  look(): void;
}

/**
 * Sends waiting acts when the page is opened and whenever the network is back, and stores the page of work orders for
 * offline use.
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

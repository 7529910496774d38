import { keepDraft } from '../drafts/drafts.ts';
import { MOST_PHOTOS, NOTHING_GIVEN } from '../form/given-report.ts';

/*
 * Takes what another app shares with this one (`share_target` of the manifest): a draft, which the form then has. Runs
 * in the service worker, because the browser posts the photos. https://w3c.github.io/web-share-target/
 */
interface FetchEvent extends Event {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

self.addEventListener('fetch', (event) => {
  const { request, respondWith } = event as FetchEvent; // the type that belongs to the event's name
  if (request.method !== 'POST' || new URL(request.url).pathname !== '/app/share') return;
  respondWith.call(event, takeShared(request));
});

async function takeShared(request: Request): Promise<Response> {
  const shared = await request.formData();
  const text = shared.get('text');
  const photos = shared.getAll('photos').filter((each) => each instanceof File && each.type.startsWith('image/'));
  await keepDraft({
    ...NOTHING_GIVEN,
    key: crypto.randomUUID(),
    photos: (photos as File[]).slice(0, MOST_PHOTOS),
    description: typeof text === 'string' ? text : '',
    changedAt: Date.now(),
  });
  return Response.redirect('/app/report', 303);
}

/* The page of a round's driver: stops in order, and what was done at each. The browser stores unsent entries. */
const TEXTS = {
  fr: {
    title: 'Tournée',
    language: 'Langue',
    summary: (stops, km, back) => `${stops} arrêts, ${km} km, retour vers ${back}`,
    offline: 'Sans réseau : ce que vous notez est gardé et sera envoyé.',
    waiting: (count) => `${count} à envoyer`,
    sent: 'Tout est envoyé.',
    ended: 'Ce lien ne vaut plus : demandez le nouveau.',
    done: 'Vidé',
    inaccessible: 'Inaccessible',
    go: 'Y aller',
    detail: (time, level) => `vers ${time}, plein à ${level} %`,
  },
  en: {
    title: 'Round',
    language: 'Language',
    summary: (stops, km, back) => `${stops} stops, ${km} km, back about ${back}`,
    offline: 'No network: what you note is kept and will be sent.',
    waiting: (count) => `${count} to be sent`,
    sent: 'All is sent.',
    ended: 'This link has ended: ask for the new one.',
    done: 'Emptied',
    inaccessible: 'Inaccessible',
    go: 'Go there',
    detail: (time, level) => `about ${time}, ${level} % full`,
  },
  de: {
    title: 'Tour',
    language: 'Sprache',
    summary: (stops, km, back) => `${stops} Halte, ${km} km, zurück gegen ${back}`,
    offline: 'Kein Netz: Ihre Angaben werden aufbewahrt und später gesendet.',
    waiting: (count) => `${count} zu senden`,
    sent: 'Alles ist gesendet.',
    ended: 'Dieser Link gilt nicht mehr: Fragen Sie nach dem neuen.',
    done: 'Geleert',
    inaccessible: 'Unzugänglich',
    go: 'Hinfahren',
    detail: (time, level) => `gegen ${time}, zu ${level} % voll`,
  },
  lb: {
    title: 'Tour',
    language: 'Sprooch',
    summary: (stops, km, back) => `${stops} Arrêten, ${km} km, zréck géint ${back}`,
    offline: 'Kee Reseau: wat Dir notéiert gëtt gehalen a spéider geschéckt.',
    waiting: (count) => `${count} ze schécken`,
    sent: 'Alles ass geschéckt.',
    ended: 'Dëse Link gëllt net méi: frot no deem neien.',
    done: 'Eidel gemaach',
    inaccessible: 'Net zougänglech',
    go: 'Dohi fueren',
    detail: (time, level) => `géint ${time}, zu ${level} % voll`,
  },
};

/** Retries unsent entries: a phone may be online and still reach nothing. */
const RETRY_MS = 30_000;
const base = location.pathname.replace(/\/$/, '');
const secret = base.slice(base.lastIndexOf('/') + 1);
const KEY = `drive ${secret}`;
const kept = JSON.parse(localStorage.getItem(KEY) ?? '{"acts":{},"unsent":[]}');
const byId = (id) => document.getElementById(id);
let language = localStorage.getItem('drive language') ?? navigator.language.slice(0, 2);
if (!(language in TEXTS)) language = 'fr';
let round;

// A device that runs short of space otherwise drops the page, and entries that are not sent yet.
navigator.storage?.persist?.().catch(() => {});
if ('serviceWorker' in navigator) keepPage().catch(() => {}); // without service workers the page works only online

byId('language').value = language;
byId('language').addEventListener('change', (event) => {
  language = event.target.value;
  localStorage.setItem('drive language', language);
  draw();
});
addEventListener('online', send);
setInterval(() => kept.unsent.length > 0 && send(), RETRY_MS);
addEventListener('offline', tellNetwork);

await load();
await send();

/** A worker caches only what is fetched through it, so the first visit fetches the page and the round once more. */
async function keepPage() {
  const workers = navigator.serviceWorker;
  const isKept = workers.controller !== null;
  const controlled = new Promise((resolve) => workers.addEventListener('controllerchange', resolve, { once: true }));
  await workers.register('/waste/drive/worker.js', { scope: '/waste/drive/' });
  if (isKept) return;
  if (workers.controller === null) await controlled;
  await Promise.all([base, `${base}/round`].map((url) => fetch(url)));
}

async function load() {
  const answer = await fetch(`${base}/round`);
  if (!answer.ok) {
    byId('summary').textContent = TEXTS[language].ended;
    return;
  }
  round = await answer.json();
  for (const { stop, state, note, at } of round.acts) {
    const own = kept.acts[stop];
    if (own === undefined || Date.parse(own.at) < Date.parse(at)) kept.acts[stop] = { state, note, at };
  }
  draw();
}

function draw() {
  if (round === undefined) return;
  const texts = TEXTS[language];
  const time = (at) => new Date(at).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit' });
  document.documentElement.lang = language;
  const day = new Date(`${round.day}T12:00:00`).toLocaleDateString(language, { dateStyle: 'full' });
  document.title = `${texts.title} · ${day}`;
  byId('title').textContent = `${texts.title} · ${day}`;
  byId('language-label').textContent = texts.language;
  const { stops, km, back } = round.tour;
  byId('summary').textContent = texts.summary(stops.length, km.toLocaleString(language), time(back));
  byId('stops').replaceChildren(...stops.map((stop, i) => item(stop, i, texts, time)));
  tellNetwork();
}

function item({ container, name, position, level, arrival }, i, texts, time) {
  const { state = 'open' } = kept.acts[container] ?? {};
  const entry = document.createElement('li');
  entry.dataset.state = state;
  const heading = document.createElement('h2');
  heading.textContent = `${i + 1}. ${name}`;
  const detail = document.createElement('p');
  detail.className = 'detail';
  detail.textContent = texts.detail(time(arrival), Math.round(level * 100));
  const actions = document.createElement('div');
  actions.className = 'actions';
  const go = document.createElement('a');
  go.className = 'button';
  go.href = `geo:${position[1]},${position[0]}`;
  go.textContent = texts.go;
  go.setAttribute('aria-label', `${texts.go}: ${i + 1}. ${name}`);
  actions.append(
    button(texts.done, 'done', name, i, state, container),
    button(texts.inaccessible, 'inaccessible', name, i, state, container),
    go,
  );
  entry.append(heading, detail, actions);
  return entry;
}

function button(label, state, name, i, now, container) {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = label;
  made.setAttribute('aria-label', `${label}: ${i + 1}. ${name}`);
  made.setAttribute('aria-pressed', String(now === state));
  made.addEventListener('click', () => act(container, now === state ? 'open' : state));
  return made;
}

async function act(stop, state) {
  const entry = { stop, state, note: '', at: new Date().toISOString() };
  kept.acts[stop] = entry;
  kept.unsent.push(entry);
  keep();
  const focused = document.activeElement?.getAttribute('aria-label');
  draw();
  if (focused) document.querySelector(`[aria-label="${CSS.escape(focused)}"]`)?.focus();
  await send();
}

function keep() {
  localStorage.setItem(KEY, JSON.stringify(kept));
}

async function send() {
  const acts = [...kept.unsent];
  if (acts.length > 0) {
    try {
      const body = JSON.stringify({ acts });
      const answer = await fetch(`${base}/acts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      // Drops refused entries, which would be refused again. Retries those that were rate-limited or timed out.
      const isRefused = answer.status >= 400 && answer.status < 500 && ![408, 425, 429].includes(answer.status);
      if (answer.ok || isRefused) kept.unsent = kept.unsent.filter((each) => !acts.includes(each));
      keep();
      if (answer.status === 404) byId('summary').textContent = TEXTS[language].ended;
    } catch {
      // Offline, they stay until there is a network.
    }
  }
  tellNetwork();
}

function tellNetwork() {
  const texts = TEXTS[language];
  const count = kept.unsent.length;
  const told =
    count > 0
      ? [texts.waiting(count), navigator.onLine ? '' : texts.offline]
      : [navigator.onLine ? texts.sent : texts.offline];
  byId('network').textContent = told.filter(Boolean).join('. ');
}

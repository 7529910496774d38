import { wordOf } from './words.js';

/*
 * The search of the documentation. It loads the index when the reader starts to use it, and searches in the browser
 * only.
 */
const MAX_SHOWN = 12;
const box = document.querySelector('search');
const input = box.querySelector('input');
const found = box.querySelector('#found');
const status = found.querySelector('p');
const list = found.querySelector('ul');
let index;

async function readIndex() {
  const [{ default: MiniSearch }, answer] = await Promise.all([import('minisearch'), fetch(box.dataset.index)]);
  if (!answer.ok) throw new Error(answer.statusText);
  return MiniSearch.loadJSON(await answer.text(), {
    fields: ['title', 'heading', 'words'],
    storeFields: ['title', 'heading', 'excerpt', 'language'],
    processTerm: wordOf,
    searchOptions: { prefix: true, fuzzy: 0.15, boost: { title: 4, heading: 3 }, combineWith: 'AND' },
  });
}

function load() {
  index ??= readIndex();
  return index;
}

async function show() {
  const asked = input.value.trim();
  found.hidden = asked.length < 2;
  if (found.hidden) return;
  let hits;
  try {
    hits = (await load()).search(asked);
  } catch {
    index = undefined; // the next letter tries again
    status.textContent = status.dataset.failed;
    return;
  }
  if (asked !== input.value.trim()) return;
  status.textContent =
    hits.length === 0 ? status.dataset.none : status.dataset.found.replace('{n}', String(hits.length));
  list.replaceChildren(...hits.slice(0, MAX_SHOWN).map(entry));
}

function entry({ id, title, heading, excerpt, language }) {
  const link = document.createElement('a');
  link.href = box.dataset.root + id;
  const name = document.createElement('b');
  name.textContent = heading ? `${title} · ${heading}` : title;
  const words = document.createElement('span');
  words.textContent = excerpt;
  link.append(name, words);
  if (language !== document.documentElement.lang) link.lang = language;
  const item = document.createElement('li');
  item.append(link);
  return item;
}

input.addEventListener('focus', () => load().catch(() => {}));
input.addEventListener('input', show);
box.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') {
    found.hidden = true;
    input.focus();
  }
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    const links = [...list.querySelectorAll('a')];
    const at = links.indexOf(document.activeElement) + (event.key === 'ArrowDown' ? 1 : -1);
    (links[at] ?? input).focus();
    event.preventDefault();
  }
});
document.addEventListener('click', (event) => {
  if (!box.contains(event.target)) found.hidden = true;
});
box.hidden = false;

const WORDS = {
  fr: { ok: 'Potable', not: 'Non potable', never: 'Jamais contrôlée', none: 'Aucune fontaine', due: 'à contrôler' },
  en: { ok: 'Drinkable', not: 'Not drinkable', never: 'Never checked', none: 'No fountains', due: 'to check' },
};

/**
 * A page in the portal: fountains with their latest check, and a form to record one.
 *
 * @param element what it fills; @param ask sends requests with the rights of the reader
 */
export async function mount(element, { ask, locale }) {
  const words = WORDS[locale] ?? WORDS.en;
  const list = document.createElement('ul');
  const said = document.createElement('p');
  said.setAttribute('role', 'status');
  element.append(list, said);

  async function show() {
    const fountains = await ask('GET', '/ngsi-ld/v1/entities?type=DrinkingFountain&options=keyValues&limit=100');
    said.textContent = fountains.length === 0 ? words.none : '';
    const rows = await Promise.all(
      fountains.map(async (fountain) => {
        const checks = await ask('GET', `/x/fountains/${encodeURIComponent(fountain.id)}/checks`);
        return rowOf(fountain, checks[0]);
      }),
    );
    list.replaceChildren(...rows);
  }

  function rowOf({ id, name = id, isCheckDue }, latest) {
    const row = document.createElement('li');
    const state = latest === undefined ? words.never : latest.isDrinkable ? words.ok : words.not;
    row.append(`${name}: ${state}${isCheckDue ? ` (${words.due})` : ''} `);
    for (const isDrinkable of [true, false]) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = isDrinkable ? words.ok : words.not;
      button.setAttribute('aria-label', `${name}: ${button.textContent}`);
      button.addEventListener('click', () => void record(id, isDrinkable));
      row.append(button, ' ');
    }
    return row;
  }

  async function record(id, isDrinkable) {
    try {
      await ask('POST', `/x/fountains/${encodeURIComponent(id)}/checks`, { isDrinkable });
      await show();
    } catch (error) {
      said.textContent = error.message;
    }
  }

  await show();
}

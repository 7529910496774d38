const MAX_CHARS = 2000;
const SHORTEST = 3;
/** Words are compared by their first letters, so that endings of gender and number are ignored. */
const STEM = 7;

/** Stop words of French, English, German and Luxembourgish. */
const IDLE = new Set(
  `les des une est dans sur pas plus par pour avec son ses qui que nous vous elle ils aux cette ces mais ont fait tout tous toute toutes cela
  depuis chez leur deux trois sont ete avons bonjour merci encore aussi tres bien sans sous entre apres avant
  the and for with has have are was not this that from our your there been they very also thank hello since
  der die das und ist nicht ein eine den dem mit auf von seit auch sehr wir ich hat bei vor aus
  dat ass net eng vun mir och ginn huet`
    .split(/\s+/)
    .map((word) => word.slice(0, STEM)),
);

/** The words of a text for the models: without accents, endings and stop words. */
export function wordsOf(text: string): string[] {
  const plain = text.slice(0, MAX_CHARS).toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');
  return (plain.match(/\p{L}+/gu) ?? [])
    .filter((word) => word.length >= SHORTEST)
    .map((word) => word.slice(0, STEM))
    .filter((word) => !IDLE.has(word));
}

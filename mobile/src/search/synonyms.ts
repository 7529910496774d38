/** Words for the same thing in the languages of the app, normalized: what a reader types is found in any of them. */
const GROUPS: readonly (readonly string[])[] = [
  ['musee', 'museum', 'museen', 'museeen'],
  ['hotel', 'hebergement', 'gite', 'lodging', 'accommodation', 'unterkunft', 'pension', 'chambres'],
  ['camping', 'campsite', 'campingplatz'],
  ['toilettes', 'toilet', 'wc', 'sanitaires', 'restroom', 'toiletten'],
  ['boulangerie', 'pain', 'bread', 'bakery', 'brot', 'backerei', 'brout', 'baeckerei'],
  ['pharmacie', 'pharmacy', 'apotheke', 'apdikt', 'medicaments', 'medizin'],
  ['garde', 'duty', 'bereitschaft', 'notdienst', 'noutdengscht'],
  ['medecin', 'doctor', 'arzt', 'dokter', 'generaliste', 'hausarzt'],
  ['dentiste', 'dentist', 'zahnarzt', 'zanndokter'],
  ['ecole', 'school', 'schule', 'schoul'],
  ['creche', 'nursery', 'kita', 'kindergarten', 'maternelle'],
  ['cantine', 'canteen', 'kantine', 'menu', 'schulessen'],
  ['mairie', 'rathaus', 'gemeng', 'townhall', 'gemeinde'],
  ['dechets', 'waste', 'rubbish', 'mull', 'abfall', 'offall', 'poubelle', 'ordures', 'bins'],
  ['decheterie', 'recycling', 'wertstoffhof', 'recyclingzenter', 'dump'],
  ['verre', 'glass', 'glas', 'bouteilles', 'bottles', 'flaschen'],
  ['departs', 'bus', 'arret', 'stop', 'haltestelle', 'abfahrten', 'departen', 'departures'],
  ['gare', 'train', 'bahnhof', 'zug', 'garer'],
  ['bibliotheque', 'mediatheque', 'library', 'bibliothek', 'bibliotheik', 'bucherei'],
  ['piscine', 'pool', 'schwimmbad', 'schwemm', 'swimming'],
  ['jeux', 'playground', 'spielplatz', 'spillplaz'],
  ['restaurant', 'manger', 'essen', 'iessen', 'food', 'brasserie', 'pizzeria'],
  ['cafe', 'coffee', 'kaffee', 'kaffi', 'bar'],
  ['coiffeur', 'hairdresser', 'friseur', 'coiffer'],
  ['marche', 'market', 'markt', 'maart'],
  ['defibrillateur', 'dae', 'aed', 'defibrillator'],
  ['police', 'gendarmerie', 'polizei'],
  ['eau', 'water', 'wasser', 'waasser', 'baignade', 'bathing'],
  ['air', 'luft', 'loft', 'pollution', 'pollen'],
  ['eglise', 'church', 'kirche', 'kierch'],
  ['cimetiere', 'cemetery', 'friedhof', 'kierfecht'],
  ['sentier', 'randonnee', 'trail', 'hike', 'hiking', 'wandern', 'wanderweg', 'promenade'],
  ['agenda', 'event', 'evenement', 'veranstaltung', 'fete', 'concert'],
  ['signaler', 'signalement', 'report', 'melden', 'meldung'],
  ['urgence', 'emergency', 'notfall', 'noutfall', 'samu', 'pompiers'],
];

const SHORTEST = 3;

/** The word, and the words for the same in other languages. A word that is not finished has those of its beginning. */
export function withSynonyms(word: string): readonly string[] {
  if (word.length < SHORTEST && word !== 'wc') return [word];
  const groups = GROUPS.filter((group) => group.some((each) => each.startsWith(word) || isForm(word, each)));
  return [word, ...groups.flat()];
}

/** `hotels` is a form of `hotel`: at most two more letters. */
function isForm(word: string, of: string): boolean {
  return of.length > SHORTEST && word.startsWith(of) && word.length - of.length <= 2;
}

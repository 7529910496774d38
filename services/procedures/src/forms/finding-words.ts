import type { Texts } from '../contract/texts.ts';

function say(fr: string, en: string, de: string, lb: string): Texts {
  return { fr, en, de, lb };
}

/** What to do about a finding, for who writes a procedure. */
export const SAY = {
  noPayment: say(
    'La démarche n’a pas de paiement : ajoutez-en un, ou n’attendez pas',
    'The procedure has no payment: add one, or do not wait',
    'Das Verfahren hat keine Zahlung: Fügen Sie eine hinzu, oder warten Sie nicht',
    'D’Prozedur huet keng Bezuelung: setzt eng derbäi, oder waart net',
  ),
  onePrice: say(
    'Donnez un montant, ou le champ qui le calcule : l’un des deux',
    'Give an amount, or the field that computes it: one of both',
    'Geben Sie einen Betrag an oder das Feld, das ihn berechnet: eines von beiden',
    'Gitt e Montant un, oder d’Feld dat en ausrechent: ee vun deenen zwee',
  ),
  priceField: (field: string) =>
    say(
      `« ${field} » n’est pas un champ avec un nombre`,
      `“${field}” is no field with a number`,
      `„${field}“ ist kein Feld mit einer Zahl`,
      `„${field}“ ass kee Feld mat enger Zuel`,
    ),
  unneededPayment: say(
    'Aucune étape n’attend le paiement',
    'No step waits for the payment',
    'Kein Schritt wartet auf die Zahlung',
    'Kee Schrëtt waart op d’Bezuelung',
  ),
  payerEmail: say(
    'Rendez l’adresse e-mail obligatoire : le paiement en a besoin',
    'Require the e-mail address: the payment needs it',
    'Verlangen Sie die E-Mail-Adresse: Die Zahlung braucht sie',
    'Verlaangt d’E-Mail-Adress: d’Bezuelung brauch se',
  ),
  label: say(
    'Donnez un intitulé au champ',
    'Give the field a label',
    'Geben Sie dem Feld eine Beschriftung',
    'Gitt dem Feld eng Beschrëftung',
  ),
  labelInLanguage: (language: string) =>
    say(
      `L’aide existe en « ${language} », mais pas l’intitulé : traduisez-le`,
      `There is a hint in “${language}”, but no label: translate it`,
      `Es gibt einen Hinweis auf „${language}“, aber keine Beschriftung: Übersetzen Sie sie`,
      `Et gëtt en Hiweis op „${language}“, mee keng Beschrëftung: iwwersetzt se`,
    ),
  sameLabel: (field: string) =>
    say(
      `Le champ « ${field} » a le même intitulé : précisez l’un des deux`,
      `The field “${field}” has the same label: say which is which`,
      `Das Feld „${field}“ hat dieselbe Beschriftung: Unterscheiden Sie sie`,
      `D’Feld „${field}“ huet déi selwecht Beschrëftung: ënnerscheet se`,
    ),
  options: say(
    'Donnez au moins deux réponses',
    'Give at least two answers',
    'Geben Sie mindestens zwei Antworten an',
    'Gitt op d’mannst zwou Äntwerten un',
  ),
  groups: (most: number) =>
    say(
      `Plus de ${most} réponses : rangez-les toutes dans des groupes`,
      `More than ${most} answers: put all of them into groups`,
      `Mehr als ${most} Antworten: Ordnen Sie alle in Gruppen`,
      `Méi wéi ${most} Äntwerten: uerdent se all a Gruppen`,
    ),
  sameOption: say(
    'Deux réponses ont la même valeur',
    'Two answers have the same value',
    'Zwei Antworten haben denselben Wert',
    'Zwou Äntwerten hunn deeselwechte Wäert',
  ),
  sameOptionLabel: say(
    'Deux réponses ont le même intitulé',
    'Two answers have the same label',
    'Zwei Antworten haben dieselbe Beschriftung',
    'Zwou Äntwerten hunn déi selwecht Beschrëftung',
  ),
  example: say(
    'Donnez un exemple de la forme attendue',
    'Give an example of the expected form',
    'Geben Sie ein Beispiel der erwarteten Form',
    'Gitt e Beispill vun der erwaarter Form',
  ),
  autocomplete: (right: string) =>
    say(
      `Ce champ attend « ${right} »`,
      `This field takes “${right}”`,
      `Dieses Feld erwartet „${right}“`,
      `Dëst Feld erwaart „${right}“`,
    ),
  personal: say(
    'C’est une donnée personnelle : dites à quoi elle sert',
    'This is personal data: say what it is for',
    'Das sind personenbezogene Daten: Sagen Sie, wozu',
    'Dat si perséinlech Donnéeën: sot, fir wat',
  ),
  rowFields: say(
    'Donnez les champs d’une ligne',
    'Give the fields of a row',
    'Geben Sie die Felder einer Zeile an',
    'Gitt d’Felder vun enger Zeil un',
  ),
  noRowFields: say(
    'Seule une partie répétée a des champs',
    'Only a repeated part has fields',
    'Nur ein wiederholter Teil hat Felder',
    'Nëmmen en widderhollten Deel huet Felder',
  ),
  rowKind: say(
    'Une ligne ne contient ni partie répétée ni réservation',
    'A row has no repeated part and no booking',
    'Eine Zeile enthält keinen wiederholten Teil und keine Buchung',
    'Eng Zeil huet kee widderhollten Deel a keng Reservatioun',
  ),
  assetTypes: say(
    'Dites quels équipements',
    'Say which assets',
    'Sagen Sie, welche Gegenstände',
    'Sot, wéi eng Equipementer',
  ),
  value: say('Donnez le calcul', 'Give the calculation', 'Geben Sie die Berechnung an', 'Gitt d’Berechnung un'),
  resource: say(
    'Dites ce qui est réservé',
    'Say what is booked',
    'Sagen Sie, was gebucht wird',
    'Sot, wat reservéiert gëtt',
  ),
  sameId: say(
    'Un autre champ a ce nom',
    'Another field has this id',
    'Ein anderes Feld hat diese Kennung',
    'En anert Feld huet dës Kennung',
  ),
  unknownField: (id: string) =>
    say(
      `Aucun champ avant celui-ci ne s’appelle « ${id} »`,
      `No field before this one is called “${id}”`,
      `Kein Feld davor heißt „${id}“`,
      `Kee Feld virdrun heescht „${id}“`,
    ),
  unknownType: (type: string) =>
    say(
      `Aucun modèle ne s’appelle « ${type} »`,
      `No model is called “${type}”`,
      `Kein Modell heißt „${type}“`,
      `Kee Modell heescht „${type}“`,
    ),
  unknownAttribute: (name: string, type: string) =>
    say(
      `« ${type} » n’a pas d’attribut « ${name} »`,
      `“${type}” has no attribute “${name}”`,
      `„${type}“ hat kein Attribut „${name}“`,
      `„${type}“ huet keen Attribut „${name}“`,
    ),
  missingAttribute: (name: string, type: string) =>
    say(
      `Donnez l’attribut « ${name} » de « ${type} »`,
      `Give the attribute “${name}” of “${type}”`,
      `Geben Sie das Attribut „${name}“ von „${type}“ an`,
      `Gitt den Attribut „${name}“ vu „${type}“ un`,
    ),
  personalEntity: (field: string) =>
    say(
      `« ${field} » est une donnée personnelle : elle ne va pas dans une entité, qui garde son histoire`,
      `“${field}” is personal data: it does not go into an entity, which keeps its history`,
      `„${field}“ ist eine personenbezogene Angabe: Sie gehört in keine Entität, die ihre Geschichte behält`,
      `„${field}“ ass eng perséinlech Donnée: si kënnt an keng Entitéit, déi hir Geschicht behält`,
    ),
  conditionValue: say(
    'Donnez la valeur à comparer',
    'Give the value to compare with',
    'Geben Sie den Vergleichswert an',
    'Gitt de Wäert fir ze vergläichen',
  ),
  unknownOption: (value: string) =>
    say(
      `Le champ n’a pas de réponse « ${value} »`,
      `The field has no answer “${value}”`,
      `Das Feld hat keine Antwort „${value}“`,
      `D’Feld huet keng Äntwert „${value}“`,
    ),
  place: say(
    'Nommez un champ adresse, commune, lieu ou équipement',
    'Name a field of kind address, commune, place or asset',
    'Nennen Sie ein Feld der Art Adresse, Gemeinde, Ort oder Gegenstand',
    'Nennt e Feld Adress, Gemeng, Plaz oder Equipement',
  ),
  sameState: say(
    'Deux états ont le même nom',
    'Two states have the same id',
    'Zwei Zustände haben dieselbe Kennung',
    'Zwee Zoustänn hunn déiselwecht Kennung',
  ),
  firstOpen: say(
    'Le premier état doit être ouvert',
    'The first state must be open',
    'Der erste Zustand muss offen sein',
    'Den éischten Zoustand muss op sinn',
  ),
  noEnd: say(
    'Aucun état ne termine le dossier',
    'No state ends the dossier',
    'Kein Zustand beendet den Vorgang',
    'Keen Zoustand mécht den Dossier zou',
  ),
  unreached: say(
    'Aucune action ne mène à cet état',
    'No action leads to this state',
    'Keine Aktion führt zu diesem Zustand',
    'Keng Aktioun féiert bei dësen Zoustand',
  ),
  deadEnd: say(
    'Un dossier ouvert resterait ici pour toujours',
    'An open dossier would stay here forever',
    'Ein offener Vorgang bliebe für immer hier',
    'En oppenen Dossier bléif fir ëmmer hei',
  ),
  unknownState: (id: string) =>
    say(
      `Aucun état ne s’appelle « ${id} »`,
      `No state is called “${id}”`,
      `Kein Zustand heißt „${id}“`,
      `Keen Zoustand heescht „${id}“`,
    ),
  unknownFunction: (id: string) =>
    say(
      `Aucune fonction ne s’appelle « ${id} »`,
      `No function is called “${id}”`,
      `Keine Funktion heißt „${id}“`,
      `Keng Funktioun heescht „${id}“`,
    ),
  reason: say(
    'Un refus doit être motivé',
    'A refusal needs a reason',
    'Eine Ablehnung braucht eine Begründung',
    'En Nee brauch eng Begrënnung',
  ),
  appeal: say(
    'Dites les voies et délais de recours',
    'Say the ways and times of appeal',
    'Nennen Sie Rechtsbehelf und Frist',
    'Sot, wéi a bis wéini ee Recours hëlt',
  ),
  silentState: (kind: string) =>
    say(
      `Ajoutez un état de la sorte « ${kind} »`,
      `Add a state of the kind “${kind}”`,
      `Fügen Sie einen Zustand der Art „${kind}“ hinzu`,
      `Setzt en Zoustand vun der Aart „${kind}“ derbäi`,
    ),
  resume: say(
    'Pour une acceptation implicite, le délai ne court qu’à la réception des pièces : « reset »',
    'For implied acceptance, the time runs only from the receipt of the parts: “reset”',
    'Bei stillschweigender Zustimmung läuft die Frist erst ab Eingang der Unterlagen: „reset“',
    'Bei stëllschweigender Zoustëmmung leeft d’Frist eréischt, wann d’Pabeieren do sinn: „reset“',
  ),
  service: say(
    'Donnez une adresse, un e-mail ou un téléphone du service',
    'Give an address, e-mail or telephone of the service',
    'Geben Sie Adresse, E-Mail oder Telefon der Stelle an',
    'Gitt eng Adress, E-Mail oder Telefon vum Service un',
  ),
  longer: (days: number) =>
    say(
      `Au plus ${days} jours, comme le dossier`,
      `At most ${days} days, as the dossier`,
      `Höchstens ${days} Tage, wie der Vorgang`,
      `Héchstens ${days} Deeg, wéi den Dossier`,
    ),
};

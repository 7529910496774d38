import type { AnnouncementSeverity, Texts } from '../../services/publishing/src/contract/documents.ts';

/** An article of the demo. Hours are relative to now, so that some articles are in the past and some in the future. */
interface DemoArticle {
  readonly id: string;
  /** A commune's slug; '' stands for the community. */
  readonly owner: string;
  readonly hours: number;
  readonly theme: string;
  readonly address?: string;
  /** Metres east and north of the centre of its commune. */
  readonly at?: readonly [east: number, north: number];
  readonly texts: Texts;
}

export const DEMO_NEWS: readonly DemoArticle[] = [
  {
    id: 'eclairage-economies',
    owner: '',
    hours: -20,
    theme: 'environnement',
    texts: {
      fr: {
        title: 'Éclairage public : ce que les nuits plus douces ont économisé',
        summary: 'Chaque matin, la consommation de la nuit et l’économie réalisée sont publiées rue par rue.',
        body: 'Depuis le passage aux LED, l’intensité baisse de moitié entre **21 h et 5 h 30**.\n\n## Comment suivre\n\n- le niveau de votre rue ce soir se lit dans l’application ;\n- les chiffres de la nuit sont ceux des compteurs, pas une estimation.\n\nUne rue trop sombre ? Signalez-la en quatre gestes.',
        easy: 'La nuit, les lampes de la rue éclairent **moins fort**.\n\nElles éclairent moins fort de 21 heures à 5 heures et demie.\n\nCela coûte moins cher.\n\nVotre rue est trop sombre ? **Dites-le** avec l’application.',
      },
      en: {
        title: 'Street lighting: what softer nights have saved',
        summary: 'Every morning the consumption of the night and the saving are published street by street.',
        body: 'Since the change to LED, light is halved between **9 pm and 5:30 am**.\n\n- The level in your street tonight is in the app.\n- The figures come from the meters.',
        easy: 'At night the street lamps give **less light**.\n\nThey give less light from 9 in the evening to half past 5 in the morning.\n\nThis costs less money.\n\nIs your street too dark? **Tell us** in the app.',
      },
      de: {
        title: 'Straßenbeleuchtung: was sanftere Nächte gespart haben',
        summary: 'Jeden Morgen werden Verbrauch und Ersparnis der Nacht Straße für Straße veröffentlicht.',
        body: 'Seit der Umstellung auf LED wird das Licht zwischen **21 Uhr und 5:30 Uhr** halbiert.',
        easy: 'In der Nacht leuchten die Lampen **schwächer**.\n\nSie leuchten schwächer von 21 Uhr bis halb 6 Uhr.\n\nDas kostet weniger Geld.\n\nIst Ihre Straße zu dunkel? **Sagen Sie es uns** mit der App.',
      },
      lb: {
        title: 'Stroossebeliichtung: wat déi méi sanft Nuechten agespuert hunn',
        summary: 'All Moien ginn de Verbrauch an d’Erspuernis vun der Nuecht Strooss fir Strooss publizéiert.',
        easy: 'An der Nuecht liichten d’Luuchte **manner staark**.\n\nDat kascht manner Geld.\n\nAss Är Strooss ze däischter? **Sot et eis** mat der App.',
      },
    },
  },
  {
    id: 'tri-nouvelles-consignes',
    owner: '',
    hours: -75,
    theme: 'dechets',
    texts: {
      fr: {
        title: 'Tous les emballages se trient : le rappel en une page',
        summary: 'Pots, barquettes et films rejoignent la borne des emballages. Le verre reste à part.',
        body: 'Les consignes sont les mêmes dans les huit communes.\n\n| Borne | Ce qu’on y met |\n| --- | --- |\n| Emballages | bouteilles, pots, barquettes, films, cartons |\n| Verre | bouteilles et bocaux, sans couvercle |\n| Papier | journaux, enveloppes, cahiers |\n\nL’application montre la borne la plus proche où il reste de la place.',
        easy: 'Tous les emballages vont dans **le même bac**.\n\n- les bouteilles en plastique\n- les pots de yaourt\n- les barquettes\n- les cartons\n\nLe verre va dans **le bac du verre**.\n\nLe papier va dans **le bac du papier**.',
      },
      en: {
        title: 'All packaging can be sorted: the reminder on one page',
        summary: 'Pots, trays and films go with packaging. Glass stays apart.',
      },
      de: {
        title: 'Alle Verpackungen werden getrennt: die Übersicht auf einer Seite',
        summary: 'Becher, Schalen und Folien gehören zu den Verpackungen. Glas bleibt getrennt.',
      },
    },
  },
  {
    id: 'lignes-transfrontalieres',
    owner: '',
    hours: -160,
    theme: 'mobilite',
    texts: {
      fr: {
        title: 'Horaires d’hiver des lignes vers le Luxembourg',
        summary: 'Les bus vers Belval et Esch-sur-Alzette changent d’horaires le deuxième dimanche de décembre.',
        body: 'Les nouveaux horaires s’appliquent à partir du **deuxième dimanche de décembre**. Les correspondances avec les trains à Belval-Université sont gardées.',
      },
      en: {
        title: 'Winter timetable of the lines to Luxembourg',
        summary: 'Buses to Belval and Esch-sur-Alzette change on the second Sunday of December.',
      },
      de: {
        title: 'Winterfahrplan der Linien nach Luxemburg',
        summary: 'Die Busse nach Belval und Esch-sur-Alzette fahren ab dem zweiten Dezembersonntag nach neuem Plan.',
      },
      lb: {
        title: 'Wanterfahrplang vun de Linnen op Lëtzebuerg',
        summary: 'D’Busse op Belval an Esch-Uelzecht änneren den zweete Sonndeg am Dezember.',
      },
    },
  },
  {
    id: 'villerupt-mediatheque',
    owner: 'villerupt',
    hours: -30,
    theme: 'culture',
    texts: {
      fr: {
        title: 'La médiathèque ouvre le dimanche matin',
        summary: 'Dès le mois prochain, de 10 h à 12 h 30, avec une heure du conte en français et en luxembourgeois.',
        body: 'L’entrée est libre et sans inscription. Le prêt reste ouvert aux horaires habituels.',
      },
      en: {
        title: 'The library opens on Sunday mornings',
        summary: 'From next month, 10 am to 12:30 pm, with stories in French and Luxembourgish.',
      },
      de: {
        title: 'Die Mediathek öffnet sonntagmorgens',
        summary: 'Ab nächstem Monat von 10 bis 12.30 Uhr, mit Geschichten auf Französisch und Luxemburgisch.',
      },
      lb: {
        title: 'D’Mediathéik mécht sonndes moies op',
        summary: 'Vum nächste Mount un, vun 10 bis 12.30 Auer, mat Geschichten op Franséisch a Lëtzebuergesch.',
      },
    },
  },
  {
    id: 'audun-travaux-mairie',
    owner: 'audun-le-tiche',
    hours: -52,
    theme: 'travaux',
    address: 'Place de la Mairie, Audun-le-Tiche',
    at: [10, 15],
    texts: {
      fr: {
        title: 'Place de la mairie : les travaux avancent',
        summary: 'Le pavage est posé jusqu’à la fontaine. Le stationnement rouvre par moitié.',
        body: 'La circulation reste alternée jusqu’à la fin du mois. Les commerces sont ouverts et accessibles à pied.',
      },
      en: {
        title: 'Town hall square: works are going on',
        summary: 'The paving has reached the fountain. Half of the parking opens again.',
      },
      de: {
        title: 'Rathausplatz: die Arbeiten gehen voran',
        summary: 'Das Pflaster reicht bis zum Brunnen. Die Hälfte der Parkplätze ist wieder offen.',
      },
      lb: {
        title: 'Gemengeplaz: d’Aarbechte gi virun',
        summary: 'De Pavé läit bis bei de Buer. D’Hallschent vun de Parkplazen ass nees op.',
      },
    },
  },
  {
    id: 'thil-memoire',
    owner: 'thil',
    hours: -210,
    theme: 'culture',
    texts: {
      fr: {
        title: 'Visite guidée de la crypte : nouvelles dates',
        summary: 'Le premier samedi de chaque mois à 15 h, sur inscription à la mairie.',
        body: 'La visite dure une heure. Le lieu n’est pas chauffé.',
      },
      de: {
        title: 'Führung durch die Krypta: neue Termine',
        summary: 'Am ersten Samstag des Monats um 15 Uhr, Anmeldung im Rathaus.',
      },
      en: {
        title: 'Guided tour of the crypt: new dates',
        summary: 'The first Saturday of each month at 3 pm; sign up at the town hall.',
      },
      lb: {
        title: 'Visitt vun der Krypta: nei Datumer',
        summary: 'Den éischte Samschdeg vum Mount um 15 Auer, Umeldung op der Gemeng.',
      },
    },
  },
  {
    id: 'aumetz-ecole',
    owner: 'aumetz',
    hours: -330,
    theme: 'enfance',
    texts: {
      fr: {
        title: 'Inscriptions à l’accueil périscolaire',
        summary: 'Les places du deuxième trimestre se demandent jusqu’à la fin du mois.',
        body: 'Le formulaire est à l’accueil de la mairie et en ligne. Les familles qui ont déjà une place la gardent.',
      },
      en: {
        title: 'Registration for after-school care',
        summary: 'Places for the second term can be requested until the end of the month.',
      },
      de: {
        title: 'Anmeldung zur Betreuung nach der Schule',
        summary: 'Plätze für das zweite Trimester können bis Monatsende beantragt werden.',
      },
      lb: {
        title: 'Umeldung fir d’Betreiung no der Schoul',
        summary: 'D’Plaze fir den zweeten Trimester kann ee bis Enn vum Mount ufroen.',
      },
    },
  },
  {
    id: 'ottange-sentier',
    owner: 'ottange',
    hours: -420,
    theme: 'environnement',
    texts: {
      fr: {
        title: 'Le sentier de la Kayl est rouvert',
        summary: 'Les deux passerelles sont réparées. La boucle fait 6 km.',
        body: 'Le sentier est praticable avec une poussette jusqu’à la seconde passerelle.',
      },
      en: { title: 'The Kayl path is open again', summary: 'Both footbridges are repaired. The loop is 6 km long.' },
      de: {
        title: 'Der Weg an der Kayl ist wieder offen',
        summary: 'Beide Stege sind repariert. Die Runde ist 6 km lang.',
      },
      lb: {
        title: 'De Wee laanscht d’Kayl ass nees op',
        summary: 'Déi zwou Passerelle si gefléckt. D’Ronn ass 6 km laang.',
      },
    },
  },
  {
    id: 'boulange-voeux',
    owner: 'boulange',
    hours: -600,
    theme: 'vie-locale',
    texts: {
      fr: {
        title: 'Décorations d’hiver : les associations cherchent des bras',
        summary: 'Rendez-vous samedi à 9 h devant l’atelier communal.',
      },
      en: {
        title: 'Winter decorations: associations are looking for helpers',
        summary: 'Meet on Saturday at 9 am in front of the municipal workshop.',
      },
      de: {
        title: 'Winterschmuck: die Vereine suchen Helfer',
        summary: 'Treffpunkt Samstag um 9 Uhr vor der Gemeindewerkstatt.',
      },
      lb: {
        title: 'Wanterdekoratioun: d’Veräiner sichen Hänn',
        summary: 'Rendez-vous Samschdes um 9 Auer virum Gemengenatelier.',
      },
    },
  },
  {
    id: 'redange-eau',
    owner: 'redange',
    hours: -800,
    theme: 'environnement',
    texts: {
      fr: {
        title: 'Qualité de l’eau : résultats du trimestre',
        summary: 'Les douze prélèvements sont conformes.',
        body: 'Les analyses complètes sont affichées en mairie.',
      },
      en: {
        title: 'Water quality: results of the quarter',
        summary: 'All twelve samples meet the limits.',
      },
      de: {
        title: 'Wasserqualität: Ergebnisse des Quartals',
        summary: 'Alle zwölf Proben halten die Grenzwerte ein.',
      },
      lb: {
        title: 'Waasserqualitéit: Resultater vum Trimester',
        summary: 'All zwielef Prouwe sinn an der Rei.',
      },
    },
  },
  {
    id: 'russange-velo',
    owner: 'russange',
    hours: -1000,
    theme: 'mobilite',
    texts: {
      fr: {
        title: 'Un abri à vélos devant l’arrêt de bus',
        summary: 'Dix places couvertes, deux prises pour les vélos électriques.',
      },
      de: {
        title: 'Ein Fahrradunterstand an der Bushaltestelle',
        summary: 'Zehn überdachte Plätze, zwei Steckdosen für Elektroräder.',
      },
      en: {
        title: 'A bicycle shelter at the bus stop',
        summary: 'Ten covered places, two sockets for electric bicycles.',
      },
      lb: {
        title: 'En Ënnerstand fir Vëloen op der Busstatioun',
        summary: 'Zéng iwwerdeckte Plazen, zwou Prise fir elektresch Vëloen.',
      },
    },
  },
  {
    id: 'conseil-budget',
    owner: '',
    hours: 40,
    theme: 'vie-locale',
    texts: {
      fr: {
        title: 'Le conseil communautaire débat des orientations budgétaires',
        summary: 'La séance est publique et retransmise.',
      },
      en: {
        title: 'The community council debates the budget',
        summary: 'The session is public and broadcast.',
      },
      de: {
        title: 'Der Gemeindeverband berät den Haushalt',
        summary: 'Die Sitzung ist öffentlich und wird übertragen.',
      },
      lb: {
        title: 'De Gemengeverband diskutéiert de Budget',
        summary: 'D’Sëtzung ass ëffentlech a gëtt iwwerdroen.',
      },
    },
  },
];

interface DemoAlert extends DemoArticle {
  /** It ends at the next such hour, or after so many. */
  readonly ends: { readonly atHour: number } | { readonly afterHours: number };
  readonly severity: AnnouncementSeverity;
}

export const DEMO_ALERTS: readonly DemoAlert[] = [
  {
    id: 'alerte-verglas',
    owner: '',
    hours: -3,
    ends: { atHour: 10 },
    theme: 'meteo',
    severity: 'warning',
    texts: {
      fr: {
        title: 'Verglas attendu au petit matin',
        summary:
          'Routes et trottoirs peuvent être glissants entre 5 h et 10 h. Reportez les trajets qui peuvent l’être.',
      },
      en: {
        title: 'Black ice expected in the early morning',
        summary: 'Roads and pavements may be slippery from 5 am to 10 am. Put off what can wait.',
      },
      de: {
        title: 'Glatteis am frühen Morgen erwartet',
        summary: 'Straßen und Gehwege können zwischen 5 und 10 Uhr glatt sein.',
      },
      lb: {
        title: 'Glatäis de Moien fréi',
        summary: 'Stroossen an Trottoire kënne tëscht 5 an 10 Auer rutscheg sinn.',
      },
    },
  },
  {
    id: 'alerte-coupure-eau',
    owner: 'villerupt',
    hours: -5,
    ends: { atHour: 18 },
    address: 'Rue Victor Hugo, Villerupt',
    at: [20, 30],
    theme: 'reseaux',
    severity: 'information',
    texts: {
      fr: {
        title: 'Coupure d’eau rue Victor Hugo',
        summary: 'Une conduite est réparée. L’eau peut être trouble au retour : laissez couler deux minutes.',
      },
      en: {
        title: 'No water in Rue Victor Hugo',
        summary: 'A pipe is being repaired. Let the water run for two minutes afterwards.',
      },
      de: {
        title: 'Kein Wasser in der Rue Victor Hugo',
        summary: 'Eine Leitung wird repariert. Lassen Sie das Wasser danach zwei Minuten laufen.',
      },
      lb: {
        title: 'Kee Waasser an der Rue Victor Hugo',
        summary: 'Eng Leitung gëtt gefléckt. Loosst d’Waasser duerno zwou Minutte lafen.',
      },
    },
  },
  {
    id: 'alerte-vent-passee',
    owner: '',
    hours: -260,
    ends: { afterHours: 24 },
    theme: 'meteo',
    severity: 'warning',
    texts: {
      fr: { title: 'Vent violent : parcs et cimetières fermés', summary: 'Rafales jusqu’à 100 km/h.' },
      en: { title: 'Strong wind: parks and cemeteries are closed', summary: 'Gusts of up to 100 km/h.' },
      de: { title: 'Starker Wind: Parks und Friedhöfe geschlossen', summary: 'Böen bis 100 km/h.' },
      lb: { title: 'Staarke Wand: Parken a Kierfechter si zou', summary: 'Béie bis 100 km/h.' },
    },
  },
];

export const DEMO_PAGES: readonly (Omit<DemoArticle, 'hours' | 'theme'> & {
  readonly link?: string;
  readonly section: string;
  readonly order: number;
})[] = [
  {
    id: 'page-decheterie',
    owner: '',
    section: 'dechets',
    order: 1,
    texts: {
      fr: {
        title: 'Déchèteries : horaires et accès',
        summary: 'Deux sites, une carte pour tous les foyers.',
        body: '## Horaires\n\n- du mardi au vendredi : 9 h à 12 h et 13 h 30 à 18 h ;\n- le samedi : 9 h à 18 h ;\n- fermé le dimanche, le lundi et les jours fériés.\n\n## Carte d’accès\n\nElle est gratuite et se demande avec un justificatif de domicile.',
        easy: 'La déchèterie prend les gros déchets.\n\nElle est ouverte **du mardi au vendredi** :\n\n- le matin : de 9 heures à midi\n- l’après-midi : de 13 heures 30 à 18 heures\n\nLe **samedi**, elle est ouverte de 9 heures à 18 heures.\n\nElle est **fermée le dimanche et le lundi**.\n\nIl faut une carte. La carte est **gratuite**.',
      },
      en: {
        title: 'Recycling centres: hours and access',
        summary: 'Two sites, one card for all households.',
        body: '## Hours\n\n- Tuesday to Friday: 9 am to noon and 1:30 pm to 6 pm;\n- Saturday: 9 am to 6 pm.',
      },
      de: {
        title: 'Wertstoffhöfe: Öffnungszeiten und Zugang',
        summary: 'Zwei Standorte, eine Karte für alle Haushalte.',
        body: '## Öffnungszeiten\n\n- Dienstag bis Freitag: 9 bis 12 Uhr und 13:30 bis 18 Uhr;\n- Samstag: 9 bis 18 Uhr.',
      },
      lb: { title: 'Recyclingzentren: Zäiten an Zougang', summary: 'Zwee Sitten, eng Kaart fir all Stéit.' },
    },
  },
  {
    id: 'page-encombrants',
    owner: '',
    section: 'dechets',
    order: 2,
    texts: {
      fr: {
        title: 'Encombrants : prendre rendez-vous',
        summary: 'Enlèvement à domicile, deux fois par an et par foyer.',
        body: 'Le rendez-vous se prend au moins **dix jours** avant. Les gravats et les peintures vont à la déchèterie.',
      },
      en: { title: 'Bulky waste: book a collection', summary: 'Collected at home, twice a year for each household.' },
    },
  },
  {
    id: 'page-etat-civil',
    owner: '',
    section: 'demarches',
    link: 'https://passeport.ants.gouv.fr',
    order: 1,
    texts: {
      fr: {
        title: 'Carte d’identité et passeport',
        summary: 'Où et comment faire la demande.',
        body: 'La demande se fait dans toute mairie équipée, sur rendez-vous. La pré-demande en ligne fait gagner du temps au guichet.',
      },
      en: { title: 'Identity card and passport', summary: 'Where and how to apply.' },
      de: { title: 'Personalausweis und Reisepass', summary: 'Wo und wie man sie beantragt.' },
    },
  },
  {
    id: 'page-frontaliers',
    owner: '',
    section: 'demarches',
    order: 2,
    texts: {
      fr: {
        title: 'Travailler au Luxembourg',
        summary: 'Santé, impôts, transports : à qui s’adresser.',
        body: 'Les maisons France services du territoire ont une permanence pour les frontaliers, sans rendez-vous le mardi.',
      },
      en: { title: 'Working in Luxembourg', summary: 'Health, taxes, transport: whom to ask.' },
      de: { title: 'In Luxemburg arbeiten', summary: 'Gesundheit, Steuern, Verkehr: an wen man sich wendet.' },
      lb: { title: 'Zu Lëtzebuerg schaffen', summary: 'Gesondheet, Steieren, Transport: u wien een sech riicht.' },
    },
  },
  {
    id: 'page-boutique',
    owner: '',
    section: 'boutique',
    link: 'https://boutique.example.org',
    order: 1,
    texts: {
      fr: {
        title: 'Composteurs et bacs',
        summary: 'À commander en ligne, à retirer à la déchèterie.',
        body: 'Un composteur par foyer est à moitié prix. Le retrait se fait sous dix jours.',
      },
      en: { title: 'Composters and bins', summary: 'Ordered online, collected at the recycling centre.' },
      de: { title: 'Komposter und Tonnen', summary: 'Online bestellen, am Wertstoffhof abholen.' },
      lb: { title: 'Komposter a Poubellen', summary: 'Online bestellen, am Recyclingzenter ofhuelen.' },
    },
  },
  {
    id: 'page-sante',
    owner: '',
    section: 'sante',
    order: 1,
    texts: {
      fr: {
        title: 'Médecin de garde et pharmacies',
        summary: 'Le soir, la nuit et le week-end.',
        body: 'Médecin de garde : composez le **116 117**. Pharmacie de garde : **3237**. En cas d’urgence vitale : **15** ou **112**.',
      },
      en: {
        title: 'Doctor and pharmacies on duty',
        summary: 'In the evening, at night and at weekends.',
        body: 'Doctor on duty: call **116 117**. In a life-threatening emergency: **15** or **112**.',
      },
    },
  },
  {
    id: 'page-ecoles-villerupt',
    owner: 'villerupt',
    section: 'enfance',
    order: 1,
    texts: {
      fr: {
        title: 'Écoles et périscolaire à Villerupt',
        summary: 'Secteurs, horaires et inscriptions.',
        body: 'L’inscription se fait en mairie au printemps pour la rentrée.',
      },
    },
  },
];

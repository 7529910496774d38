import type { AboutTexts } from '../about-texts.ts';

export const texts: AboutTexts = {
  help: [
    {
      title: 'E Problem mellen',
      text: [
        'Maacht eng Foto, kuckt d’Plaz déi virgeschloe gëtt no, tippt op d’Kategorie, schéckt. Dir kënnt och d’Luucht oder de Container wielen, mam QR-Code oder der Nummer.',
        'Ouni Netz bleift d’Meldung um Apparat a geet vum selwen fort, eng eenzeg Kéier. „Meng Meldungen“ seet wat doraus ginn ass, an den versprachenen Datum. 30 Deeg laang kënnt Dir se nei opmaachen.',
      ],
      easy: [
        '1. Maacht eng Foto.',
        '2. Sot wou et ass.',
        '3. Sot wat et ass.',
        '4. Tippt op „Schécken“.',
        'Dir hutt keen Netz? Dat mécht näischt. De Message geet méi spéit vum selwen fort.',
      ],
    },
    {
      title: 'Ouni Netz an ouni Erlaabnes',
      text: [
        'Wat fir d’lescht gewise gouf, bleift ouni Netz ze liesen. Plaz, Kamera an Notifikatioune däerft Dir refuséieren: wielt dann d’Strooss oder d’Gemeng, schreift d’Nummer, a liest d’Neiegkeeten an der App.',
      ],
      easy: [
        'Dir däerft Nee soen zu der Plaz.',
        'Dir däerft Nee soen zu der Kamera.',
        'Dir däerft Nee soen zu den Notifikatiounen.',
        'D’App geet trotzdeem.',
      ],
    },
    {
      title: 'Méi einfach liesen',
      text: [
        'An den Astellungen: Textgréisst, méi Kontrast, manner Beweegung, Texter déi einfach ze liese sinn. D’Astellunge vum Telefon gëllen och.',
      ],
      easy: [
        'Gitt an d’Astellungen.',
        'Dir kënnt méi grouss Buschtawe wielen.',
        'Dir kënnt méi einfach Texter wielen.',
      ],
    },
    {
      title: 'Gewuer ginn',
      text: [
        'Schalt d’Notifikatiounen an, wielt Är Gemengen an Themen. An de rouege Stonne kommen nëmmen Noutfäll duerch. Näischt seet, wiem den Apparat gehéiert.',
      ],
      easy: [
        'D’App kann Iech Messagë schécken.',
        'Dir wielt wéi eng.',
        'An der Nuecht ass si roueg, ausser et ass Gefor.',
      ],
    },
  ],
  accessibility: [
    {
      title: 'Stand vun der Konformitéit',
      text: [
        'Dës App ass deelweis konform mam RGAA 4.1.2 (Frankräich) a mam RAAM 1.1 (Lëtzebuerg). Keen Drëtten huet se kontrolléiert: de Stand kënnt aus automateschen Tester an aus dem Kucke vum Code a vun den Ecranen.',
      ],
      easy: ['Vill Leit kënnen dës App benotzen.', 'Si ass nach net fir jiddereen perfekt.'],
    },
    {
      title: 'Wat net accessibel ass',
      text: [
        'Kaarte kënnen net mat engem Ecranslieser gelies ginn: d’Lëscht, d’Feld „Strooss“ an d’Wiel vun der Gemeng soen datselwecht.',
        'Wierder vun anere Leit ginn an der Sprooch vun hirer App virgelies: wien an enger anerer geschriwwen huet, kléngt falsch.',
        'VoiceOver an TalkBack goufen net op richtegen Telefonen ausprobéiert.',
      ],
      easy: ['D’Kaart ass schwéier fir blann Leit.', 'Amplaz vun der Kaart gëtt et eng Lëscht.'],
    },
    {
      title: 'Wat fir Iech do ass',
      text: [
        'Text bis 200 %, méi Kontrast, manner Beweegung, einfach Texter, Bedéngung mat der Tastatur, Zilen vun op d’mannst 44 Pixel, Héich- a Querformat, véier Sproochen.',
      ],
      easy: [
        'Dir kënnt d’Buschtawe méi grouss maachen.',
        'Dir kënnt einfach Texter wielen.',
        'Dir kënnt eng Tastatur benotzen.',
      ],
    },
    {
      title: 'En Hindernis? Sot et eis',
      text: [
        'Schreift Ärer Gemeng oder der Gemeinschaft; si mussen Iech äntweren. Ouni Äntwert: a Frankräich den Défenseur des droits; zu Lëtzebuerg de Service information et presse, dann den Ombudsman.',
      ],
      easy: [
        'Eppes stëmmt net?',
        'Schreift Ärer Gemeng.',
        'D’Gemeng muss äntweren.',
        'Si äntwert net? Schreift dem Défenseur des droits.',
      ],
    },
  ],
};

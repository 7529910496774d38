import type { AboutTexts } from '../about-texts.ts';

export const texts: AboutTexts = {
  help: [
    {
      title: 'Signaler un problème',
      text: [
        'Prenez une photo, vérifiez le lieu proposé, touchez la catégorie, envoyez. Vous pouvez aussi choisir le lampadaire ou le conteneur, par son code QR ou son numéro.',
        'Sans réseau, le signalement est gardé sur l’appareil et part tout seul, une seule fois. « Mes signalements » dit où il en est et la date promise. Vous pouvez le rouvrir pendant 30 jours.',
      ],
      easy: [
        '1. Prenez une photo.',
        '2. Dites où c’est.',
        '3. Dites ce que c’est.',
        '4. Touchez « Envoyer ».',
        'Vous n’avez pas de réseau ? Ce n’est pas grave. Le message partira plus tard, tout seul.',
      ],
    },
    {
      title: 'Sans réseau et sans autorisation',
      text: [
        'Les derniers contenus restent lisibles sans réseau. Position, appareil photo et notifications peuvent être refusés : choisissez alors la rue ou la commune, écrivez le numéro, et lisez les nouvelles dans l’application.',
      ],
      easy: [
        'Vous pouvez dire non à la position.',
        'Vous pouvez dire non à l’appareil photo.',
        'Vous pouvez dire non aux notifications.',
        'L’application marche quand même.',
      ],
    },
    {
      title: 'Lire plus facilement',
      text: [
        'Dans les réglages : taille du texte, contraste renforcé, moins d’animations, textes faciles à lire. Les réglages du téléphone sont suivis aussi.',
      ],
      easy: [
        'Allez dans les réglages.',
        'Vous pouvez choisir des lettres plus grandes.',
        'Vous pouvez choisir des textes plus simples.',
      ],
    },
    {
      title: 'Être averti',
      text: [
        'Activez les notifications, choisissez vos communes et vos thèmes. Pendant les heures calmes, seules les urgences passent. Rien ne dit à qui est l’appareil.',
      ],
      easy: [
        'L’application peut vous envoyer des messages.',
        'Vous choisissez lesquels.',
        'La nuit, elle ne sonne pas, sauf s’il y a un danger.',
      ],
    },
  ],
  accessibility: [
    {
      title: 'État de conformité',
      text: [
        'Cette application est partiellement conforme au RGAA 4.1.2 (France) et au RAAM 1.1 (Luxembourg). Aucun tiers ne l’a auditée : l’état vient de tests automatiques et d’un examen du code et des écrans.',
      ],
      easy: [
        'Beaucoup de personnes peuvent utiliser cette application.',
        'Elle n’est pas encore parfaite pour tout le monde.',
      ],
    },
    {
      title: 'Ce qui n’est pas accessible',
      text: [
        'Les cartes ne se lisent pas avec un lecteur d’écran : la liste, le champ « Rue » et le choix de la commune disent la même chose.',
        'Les mots d’autres personnes sont lus dans la langue de leur application : s’ils ont écrit dans une autre, la voix se trompe.',
        'VoiceOver et TalkBack n’ont pas été essayés sur de vrais téléphones.',
      ],
      easy: ['La carte est difficile pour les personnes aveugles.', 'À la place de la carte, il y a une liste.'],
    },
    {
      title: 'Ce qui est prévu pour vous',
      text: [
        'Texte jusqu’à 200 %, contraste renforcé, moins d’animations, textes faciles à lire, usage au clavier, cibles d’au moins 44 pixels, affichage en portrait et en paysage, quatre langues.',
      ],
      easy: [
        'Vous pouvez agrandir les lettres.',
        'Vous pouvez choisir des textes simples.',
        'Vous pouvez utiliser un clavier.',
      ],
    },
    {
      title: 'Un obstacle ? Dites-le',
      text: [
        'Écrivez à votre mairie ou à la communauté de communes, qui doivent vous répondre. Sans réponse : en France, le Défenseur des droits ; au Luxembourg, le Service information et presse, puis l’Ombudsman.',
      ],
      easy: [
        'Quelque chose ne va pas ?',
        'Écrivez à votre mairie.',
        'La mairie doit vous répondre.',
        'Elle ne répond pas ? Écrivez au Défenseur des droits.',
      ],
    },
  ],
};

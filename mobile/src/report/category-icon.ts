import {
  brushOutline,
  bulbOutline,
  carOutline,
  constructOutline,
  ellipsisHorizontalCircleOutline,
  flowerOutline,
  leafOutline,
  pawOutline,
  trailSignOutline,
  trashBinOutline,
  trashOutline,
  volumeHighOutline,
  warningOutline,
  waterOutline,
} from 'ionicons/icons';

/** Maps the server's icon names of Material Design to those of Ionic. */
const ICONS: Readonly<Record<string, string>> = {
  'lightbulb-off-outline': bulbOutline,
  'delete-alert-outline': trashBinOutline,
  'trash-can-outline': trashOutline,
  'road-variant': warningOutline,
  'sign-direction': trailSignOutline,
  highway: carOutline,
  'tree-outline': leafOutline,
  'bench-back': constructOutline,
  'flower-outline': flowerOutline,
  spray: brushOutline,
  'water-alert-outline': waterOutline,
  'paw-outline': pawOutline,
  'volume-high': volumeHighOutline,
};

export function categoryIcon(name: string): string {
  return ICONS[name] ?? ellipsisHorizontalCircleOutline;
}

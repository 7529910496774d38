import {
  bulbOutline,
  carOutline,
  constructOutline,
  ellipsisHorizontalCircleOutline,
  leafOutline,
  trailSignOutline,
  trashBinOutline,
  trashOutline,
  warningOutline,
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
};

export function categoryIcon(name: string): string {
  return ICONS[name] ?? ellipsisHorizontalCircleOutline;
}

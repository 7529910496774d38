import { signInRequirement } from '@alzette/identity/browser/requirement';
import { MAP_PAGE } from './features/map/page.ts';
import { BASE, preferredLocale } from './i18n/base.ts';

/*
 * The first script: a small file that runs while the portal's frame still loads. It fetches the code of the map, the
 * largest page, together with the frame, and sends the map's first request if no sign-in is required.
 */
const locale = preferredLocale();
BASE[locale]().catch(() => undefined);
const requirement = signInRequirement();
if (location.pathname === MAP_PAGE.path) {
  MAP_PAGE.component().catch(() => undefined); // reported when the page is opened
  MAP_PAGE.messages[locale]().catch(() => undefined);
  void requirement.then((read) => read?.required === false && MAP_PAGE.askAhead());
}

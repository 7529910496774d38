/** The content of a QR code or a plate: an entity's id, or a number to look up. */
export type AssetCode = { readonly id: string } | { readonly number: string };

const URN = /urn:ngsi-ld:[\w:.-]+/;
const NUMBER = /^[\w.-]{1,40}$/;

/**
 * Parses a label: an address such as `https://…/app/e/urn%3Angsi-ld%3A…`, an id, or a typed number.
 *
 * @returns undefined: none of these
 */
export function readAssetCode(said: string): AssetCode | undefined {
  const text = decoded(said.trim());
  const id = URN.exec(text)?.[0];
  if (id !== undefined) return { id };
  const last = /^https?:\/\/[^?#]*\/e\/([^/?#]+)/.exec(text)?.[1] ?? text;
  const number = last.replace(/^n[°o]\s*/i, '').replaceAll(' ', '');
  return NUMBER.test(number) ? { number } : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // contains an invalid percent encoding
  }
}

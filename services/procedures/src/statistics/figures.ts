import type { Procedure, ProcedureFigures } from '../contract/contract.ts';

/** The pages of the app after those of the form: who asks, and the answers to check. */
export const LAST_PAGES = ['applicant', 'check'] as const;

/**
 * On which page a form is left. A page that is shown only to some counts for the page before it, as nobody knows to whom it was to be
 * shown.
 *
 * @param reached by the id of the page. @param sent how many requests were sent
 */
export function pagesOf(
  { form }: Pick<Procedure, 'form'>,
  reached: (page: string) => number,
  sent: number,
): ProcedureFigures['pages'] {
  const pages = [
    ...form.sections.map(({ id, title, when }) => ({ id, title, isForAll: when === undefined })),
    ...LAST_PAGES.map((id) => ({ id, title: undefined, isForAll: true })),
  ];
  return pages.map(({ id, title, isForAll }, at) => {
    const next = pages.slice(at + 1).find((page) => page.isForAll);
    const went = next === undefined ? sent : reached(next.id);
    return {
      id,
      ...(title && { title }),
      reached: reached(id),
      left: isForAll ? Math.max(0, reached(id) - went) : 0,
    };
  });
}

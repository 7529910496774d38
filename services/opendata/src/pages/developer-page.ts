import { html } from '@alzette/kit/html';
import type { Language } from '@alzette/kit/languages';
import { addressesOf } from '../catalogue/addresses.ts';
import type { Dataset } from '../datasets/dataset.ts';
import { page } from '../html/page.ts';
import type { Site } from '../parts.ts';
import { apiExamples } from './api-examples.ts';
import { entityExamples, sandboxExamples, webhookExamples } from './developer-examples.ts';
import { type Done, keyForm, refusedText, sandboxForm, shownKey, useForm, webhookForm } from './developer-forms.ts';
import { DEVELOPER_WORDS } from './developer-words.ts';

interface DeveloperPage extends Site {
  /** The URL of the territory's @context. */
  readonly context: string;
  readonly datasets: readonly Dataset[];
  readonly language: Language;
  /** What became of the form that was sent, if one was. */
  readonly done: Done;
  /** The tenant in which programs are tried, and the address where it is found; absent: there is none. */
  readonly sandbox?: { readonly tenant: string; readonly installation: string };
  /** Whether there are keys: with open access, nobody needs one. */
  readonly hasKeys: boolean;
}

/** What programs can read and write of a collectivity, with examples that run as shown. */
export function developerPage(given: DeveloperPage): string {
  const { publicUrl, territory, context, datasets, language, done, hasKeys, sandbox } = given;
  const words = DEVELOPER_WORDS[language];
  const addresses: readonly (readonly [path: string, use: keyof typeof words.uses])[] = [
    ['/data/', 'data'],
    ['/ogc', 'ogc'],
    ['/catalog.jsonld', 'catalogue'],
    ['/ngsi-ld/v1/types', 'entities'],
    ['/sta/v1.1', 'sensorThings'],
    ['/open311/v2/services.json', 'reports'],
    ['/openapi', 'openapi'],
  ];
  const list = addresses.map(
    ([path, use]) => html`<li><a href="${path}"><code>${publicUrl}${path}</code></a><br>${words.uses[use]}</li>`,
  );
  const [first] = datasets;
  const { collection, file } = addressesOf(publicUrl, first?.id ?? '');
  const examples = (of: readonly { readonly name: string; readonly code: string }[]) =>
    of.map(
      ({ name, code }) => html`<h4>${name}</h4><pre tabindex="0"><code data-example="${name}">${code}</code></pre>`,
    );
  const main = html`<h1>${words.title}</h1>
<p>${words.intro(territory.name)}</p>
<h2>${words.addresses}</h2>
<ul>${list}</ul>
<h2>${words.without}</h2>
<p><a href="/data/?lang=${language}">${words.datasets(datasets.length)}</a>. ${words.withoutText}</p>
<pre tabindex="0"><code data-example="types">curl "${publicUrl}/ngsi-ld/v1/types"</code></pre>
<h2>${words.key}</h2>
<p>${words.keyText} <a href="/keys">${words.keys}</a></p>
${
  hasKeys &&
  html`<h3 id="ask">${words.ask}</h3>
${done.form === 'ask' && html`<p role="status"><strong>${words.askedTexts[done.state]}</strong></p>`}
${!(done.form === 'ask' && done.state === 'asked') && keyForm(words, language)}
<h3 id="use">${words.use}</h3>
${done.form === 'use' && shownKey(done, words, language)}
${useForm(words, language, sandbox !== undefined)}`
}
${
  sandbox &&
  html`<h2 id="sandbox">${words.sandbox}</h2>
<p>${words.sandboxText(sandbox.tenant)}</p>
${hasKeys && sandboxForm(done, words, language)}
${examples(sandboxExamples(sandbox.installation, sandbox.tenant, context))}`
}
<h2>${words.examples}</h2>
${first && html`<h3>${words.read}</h3>${examples(apiExamples(collection, file))}`}
<h3>${words.history}</h3>
${examples(entityExamples(publicUrl, context))}
<h3 id="webhook">${words.told}</h3>
<p>${words.toldText}</p>
${
  done.form === 'webhook' &&
  html`<p role="status"><strong>${words.webhookDone}</strong></p>
<pre tabindex="0"><code data-secret="webhook">${done.secret}</code></pre>
<p>${words.webhookEnd}</p>
<pre tabindex="0"><code>curl -X DELETE "${publicUrl}/ngsi-ld/v1/subscriptions/${done.id}" -H "Authorization: Bearer $ALZETTE_KEY"</code></pre>`
}
${done.form === 'refused' && refusedText(done.detail, words)}
${webhookForm(words, language, { hasKeys, hasSandbox: sandbox !== undefined })}
${examples(webhookExamples(publicUrl, context))}
<h2>${words.limits}</h2>
<p>${words.limitsText}</p>
<p><a href="/docs/">${words.more}</a> · <a href="/docs/${(language === 'fr' || language === 'lb') && 'fr/'}interfaces.html">${words.changes}</a></p>`;
  return page({ title: words.title, territory: territory.name, language, main });
}

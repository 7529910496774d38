import { html } from '@alzette/kit/html';
import { addressesOf } from '../catalogue/addresses.ts';
import type { Dataset } from '../datasets/dataset.ts';
import { page } from '../html/page.ts';
import type { Site } from '../parts.ts';
import { apiExamples } from './api-examples.ts';
import { DEVELOPER_WORDS } from './developer-words.ts';
import type { Language } from './words.ts';

const DAY_MS = 86_400_000;

interface DeveloperPage extends Site {
  /** The URL of the territory's @context. */
  readonly context: string;
  readonly datasets: readonly Dataset[];
  readonly language: Language;
}

/** What programs can read and write of a collectivity, with examples that run as shown. */
export function developerPage({ publicUrl, territory, context, datasets, language }: DeveloperPage): string {
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
  const rows = addresses.map(
    ([path, use]) =>
      html`<tr><th scope="row"><a href="${path}"><code>${publicUrl}${path}</code></a></th><td>${words.uses[use]}</td></tr>`,
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
<div class="scroll" tabindex="0" role="region" aria-label="${words.addresses}"><table>
<thead><tr><th scope="col">${words.address}</th><th scope="col">${words.use}</th></tr></thead><tbody>${rows}</tbody></table></div>
<h2>${words.without}</h2>
<p><a href="/data/?lang=${language}">${words.datasets(datasets.length)}</a>. ${words.withoutText}</p>
<pre tabindex="0"><code data-example="types">curl "${publicUrl}/ngsi-ld/v1/types"</code></pre>
<h2>${words.key}</h2>
<p>${words.keyText} <a href="/keys">${words.keys}</a></p>
<h2>${words.examples}</h2>
${first && html`<h3>${words.read}</h3>${examples(apiExamples(collection, file))}`}
<h3>${words.history}</h3>
${examples(entityExamples(publicUrl, context))}
<h3>${words.told}</h3>
<p>${words.toldText}</p>
${examples(webhookExamples(publicUrl, context))}
<h2>${words.limits}</h2>
<p>${words.limitsText}</p>
<p><a href="/docs/">${words.more}</a> · <a href="/docs/project/changelog.html">${words.changes}</a></p>`;
  return page({ title: words.title, territory: territory.name, language, main });
}

function entityExamples(publicUrl: string, context: string) {
  const path = `${publicUrl}/ngsi-ld/v1`;
  const link = `<${context}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`;
  const query = 'type=AirQualityObserved&options=keyValues';
  const since = new Date(Date.now() - DAY_MS).toISOString().slice(0, 10);
  const history = `type=AirQualityObserved&attrs=pm10&timerel=after&timeAt=${since}T00:00:00Z&options=temporalValues`;
  return [
    {
      name: 'curl',
      code: `curl "${path}/entities?${query}" \\\n  -H 'Link: ${link}' -H "Authorization: Bearer $ALZETTE_KEY"`,
    },
    {
      name: 'JavaScript',
      code: `const headers = { link: '${link}', authorization: \`Bearer \${process.env.ALZETTE_KEY}\` };\nconst answer = await fetch('${path}/temporal/entities?${history}', { headers });\nconsole.log(await answer.json());`,
    },
    {
      name: 'Python',
      code: `import json, os, urllib.request\n\nheaders = {"Link": '${link}', "Authorization": f"Bearer {os.environ['ALZETTE_KEY']}"}\nrequest = urllib.request.Request("${path}/temporal/entities?${history}", headers=headers)\nprint(json.load(urllib.request.urlopen(request)))`,
    },
    {
      name: 'R',
      code: `library(httr2)\n\nrequest("${path}/entities?${query}") |>\n  req_headers(Link = '${link}') |>\n  req_auth_bearer_token(Sys.getenv("ALZETTE_KEY")) |>\n  req_perform() |>\n  resp_body_json(simplifyVector = TRUE)`,
    },
  ];
}

/** A subscription whose messages are signed by Standard Webhooks, and a program that checks them. */
function webhookExamples(publicUrl: string, context: string) {
  const subscription = {
    type: 'Subscription',
    entities: [{ type: 'AirQualityObserved' }],
    watchedAttributes: ['pm10'],
    notification: {
      format: 'keyValues',
      endpoint: {
        uri: 'https://receiver.example.org/told',
        accept: 'application/json',
        notifierInfo: [{ key: 'HMAC-SHA256-Key', value: 'a secret of your own' }],
      },
    },
    '@context': context,
  };
  return [
    {
      name: 'curl',
      code: `curl ${publicUrl}/ngsi-ld/v1/subscriptions -H 'Content-Type: application/ld+json' \\\n  -H "Authorization: Bearer $ALZETTE_KEY" -d '${JSON.stringify(subscription, null, 2)}'`,
    },
    {
      name: 'JavaScript',
      code: `import { createHmac, timingSafeEqual } from 'node:crypto';

/** Whether a message is from here: call it with the headers and the body as received. */
export function isGenuine(headers, body, secret) {
  const signed = \`\${headers['webhook-id']}.\${headers['webhook-timestamp']}.\${body}\`;
  const expected = Buffer.from(\`v1,\${createHmac('sha256', secret).update(signed).digest('base64')}\`);
  const got = Buffer.from(headers['webhook-signature'] ?? '');
  const isRecent = Math.abs(Date.now() / 1000 - headers['webhook-timestamp']) < 300;
  return isRecent && got.length === expected.length && timingSafeEqual(got, expected);
}`,
    },
  ];
}

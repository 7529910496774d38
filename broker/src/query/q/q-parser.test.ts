import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { NameExpander } from '../../model/names.ts';
import { parseQ } from './q-parser.ts';
import { attributesOf, linkDepth, namesAttribute, type QNode, type QTest } from './q-tree.ts';

const names: NameExpander = { attribute: core, type: (term) => `t:${term}`, vocab: (term) => `v:${term}` };

function core(term: string): string {
  return ['observedAt', 'createdAt', 'modifiedAt', 'unitCode'].includes(term)
    ? `https://uri.etsi.org/ngsi-ld/${term}`
    : `a:${term}`;
}

/** The tree in prefix notation on one line. */
function shown(node: QNode): string {
  switch (node.kind) {
    case 'and':
    case 'or':
      return `${node.kind}(${node.operands.map(shown).join(' ')})`;
    case 'link':
      return `link ${node.relationship}<${node.types.join(' ')}> ${shown(node.inner)}`;
    case 'term': {
      const { path } = node;
      const names = path.kind === 'entityMember' ? [] : path.names;
      const end = path.kind === 'value' ? path.members.map((member) => `[${member}]`) : [`@${path.member}`];
      return [...names, ...end, ...shownTest(node.test)].join(' ');
    }
  }
}

function shownTest(test: QTest): string[] {
  switch (test.kind) {
    case 'exists':
      return [];
    case 'absent':
      return ['absent'];
    case 'equal':
    case 'unequal':
      return test.operand.kind === 'range'
        ? [test.kind, `${test.operand.from.kind}:${test.operand.from.value}..${test.operand.to.value}`]
        : [test.kind, ...test.operand.values.map(({ kind, value }) => `${kind}:${value}`)];
    case 'match':
    case 'noMatch':
      return [test.kind, test.pattern.source];
    default:
      return [test.kind, `${test.literal.kind}:${test.literal.value}`];
  }
}

const TREES: readonly (readonly [text: string, tree: string])[] = [
  ['temperature', 'a:temperature'],
  ['temperature==20', 'a:temperature equal number:20'],
  ['speed>50;brandName!="Mercedes"', 'and(a:speed greater number:50 a:brandName unequal string:Mercedes)'],
  [
    '((speed>50|rpm>3000);brandName=="Mercedes")',
    'and(or(a:speed greater number:50 a:rpm greater number:3000) a:brandName equal string:Mercedes)',
  ],
  [
    '(temperature>=20;temperature<=25)|capacity<=10',
    'or(and(a:temperature greaterEqual number:20 a:temperature lessEqual number:25) a:capacity lessEqual number:10)',
  ],
  ['a|b;c|d', 'or(a:a and(a:b a:c) a:d)'],
  [
    'temperature.observedAt>=2017-12-24T12:00:00Z',
    'a:temperature @observedAt greaterEqual dateTime:2017-12-24T12:00:00Z',
  ],
  ['modifiedAt>"2017-12-24T12:00:00Z"', '@modifiedAt greater string:2017-12-24T12:00:00Z'],
  ['address[city]=="Berlin"', 'a:address [city] equal string:Berlin'],
  ['sensor.rawdata[airquality.particulate]==40', 'a:sensor a:rawdata [airquality] [particulate] equal number:40'],
  ['color=="black","red"', 'a:color equal string:black string:red'],
  ['color!= "black", "red"', 'a:color unequal string:black string:red'],
  ['airQualityLevel==4..5', 'a:airQualityLevel equal number:4..5'],
  ['name=="a".."c"', 'a:name equal string:a..c'],
  ['when==2020-01-01..2020-12-31', 'a:when equal date:2020-01-01..2020-12-31'],
  ['color[en]=="red"', 'a:color [en] equal string:red'],
  ['color[*]=="red"', 'a:color [*] equal string:red'],
  ['color[en-US]=="red"', 'a:color [en-US] equal string:red'],
  ['sensor{Device:humidity}==40', 'link a:sensor<t:Device> a:humidity equal number:40'],
  ['sensor{Device,Probe:humidity}', 'link a:sensor<t:Device t:Probe> a:humidity'],
  ['a{b{c.d}}>1', 'link a:a<> link a:b<> a:c a:d greater number:1'],
  ['locatedIn==urn:ngsi-ld:City:Pisa', 'a:locatedIn equal string:urn:ngsi-ld:City:Pisa'],
  ['site==https://example.org/a..b', 'a:site equal string:https://example.org/a..b'],
  ['category==commercial', 'a:category equal string:commercial'],
  ['isOpen==true,false', 'a:isOpen equal boolean:true boolean:false'],
  ['name~="^Eiffel"', 'a:name match ^Eiffel'],
  ['name!~=^(Eiffel|Tour);x', 'and(a:name noMatch ^(Eiffel|Tour) a:x)'],
  ['(name~=[;)])', 'a:name match [;)]'],
  ['name=="a;b|c)\\"d\\u00e9,..";x', 'and(a:name equal string:a;b|c)"dé,.. a:x)'],
  ['schema:name=="x"', 'a:schema:name equal string:x'],
  ['https%3A%2F%2Fexample%2Eorg%2Fspeed>1', 'a:https://example.org/speed greater number:1'],
  ['Škola_1==1', 'a:Škola_1 equal number:1'],
  [' speed > 50 ; rpm ', 'and(a:speed greater number:50 a:rpm)'],
  ['n==-1.5e3', 'a:n equal number:-1500'],
  ['time>08:00:00Z', 'a:time greater time:08:00:00Z'],
  ['locatedAt>urn:x:1', 'a:locatedAt greater string:urn:x:1'],
];

const FAULTS: readonly (readonly [text: string, error: RegExp])[] = [
  ['', /^q: got nothing/],
  ['   ', /^q: got nothing/],
  ['==1', /^q: at 0: got "==1", expected an attribute name/],
  ['!speed', /^q: at 0: got "!speed", expected an attribute name/],
  ['9speed==1', /^q: at 0: .* expected an attribute name/],
  ['speed==', /^q: at 7: got the end, expected a value/],
  ['speed=5', /^q: at 5: got "=5", expected an operator/],
  ['speed==1;', /^q: at 9: got the end, expected an attribute name/],
  ['speed==1||rpm', /^q: at 9: /],
  ['speed>4..5', /^q: at 6: got "4..5", expected one number, string or time/],
  ['speed>4,5', /^q: at 7: .* only == and != take a list/],
  ['speed>true', /^q: at 6: .* expected one number, string or time/],
  ['speed==1..5,7', /^q: at 11: /],
  ['speed==7,1..5', /^q: at 7: .* expected values or one range, not both/],
  ['speed==1.."b"', /^q: at 7: /],
  ['speed==true..false', /^q: at 7: .* expected a range/],
  ['speed==1e400', /^q: at 7: .* fits in a double/],
  ['name=="open', /^q: at 6: .* expected a closing '"'/],
  ['name=="a\\q"', /^q: at 6: .* expected a JSON string/],
  ['name==a b', /^q: at 6: .* texts with blanks need quotes/],
  ['name==a"b"', /^q: at 6: /],
  ['name=="\\u0000"', /^q: got U\+0000/],
  ['name=="\\ud800"', /^q: got U\+0000 or half a surrogate pair/],
  ['(speed>1', /^q: at 8: got the end, expected an operator, ";", "\|" or "\)"/],
  ['speed>1)', /^q: at 7: got "\)", expected an operator/],
  ['()', /^q: at 1: /],
  ['a[b', /^q: at 3: got the end, expected "\]"/],
  ['a[]==1', /^q: at 2: .* expected a member name/],
  ['a[b][c]', /^q: at 4: /],
  ['a[0.0.0.0]', /^q: at 9: .* at most 3 indexes/],
  ['a.observedAt[x]', /^q: at 12: .* observedAt has no members/],
  ['a..b', /^q: at 2: .* expected an attribute name/],
  ['a{b', /^q: at 3: got the end, expected "}"/],
  ['a{}', /^q: at 2: .* expected an attribute name/],
  ['a{Device:}', /^q: at 9: .* expected an attribute name/],
  ['a{,X:b}', /^q: at 2: .* expected entity type names/],
  ['a{%FF:b}', /^q: at 2: .* expected entity type names/],
  ['a%FF', /^q: at 0: .* expected an attribute name/],
  ['name~="("', /^q: regular expression "\(" at 1: expected "\)"/],
  ['name~=', /^q: got a regular expression of 0 characters/],
  ['name~="(?=x)"', /no lookaround/],
  ['name~="(a)\\1"', /an escape both engines know/],
  [`name~="${'a'.repeat(600)}"`, /expected 1 to 512/],
  ['('.repeat(10_000), /^q: at 33: .* expected parentheses at most 32 deep/],
  ['a{'.repeat(5000), /at most 32 "\{"/],
  ['x'.repeat(20_000), /^q: got 20000 characters, expected at most 16384/],
  [`a${'.b'.repeat(20)}`, /at most 16 names/],
  [`a==${Array(1002).fill('1').join(',')}`, /at most 1000 values/],
];

describe('4.9 Query language', () => {
  for (const [text, tree] of TREES) test(`reads ${text}`, () => assert.equal(shown(parseQ(text, names)), tree));

  for (const [text, error] of FAULTS) {
    test(`refuses ${text.slice(0, 40)}`, () => {
      assert.throws(() => parseQ(text, names), { name: 'BadRequestData', message: error });
    });
  }

  test('expands literals compared to attributes of expandValues', () => {
    const options = { expandValues: ['category'], jsonKeys: ['address'] };
    assert.equal(
      shown(parseQ('category==commercial,"x";other==commercial', names, options)),
      'and(a:category equal string:v:commercial string:v:x a:other equal string:commercial)',
    );
    assert.throws(() => parseQ('a', names, { expandValues: ['not a name'] }), { message: /^expandValues: at 0: / });
    assert.throws(() => parseQ('a', names, { jsonKeys: [''] }), { message: /^jsonKeys: got nothing/ });
  });

  test('errors name the parameter', () => {
    assert.throws(() => parseQ('==', names, { parameter: 'csf' }), { message: /^csf: at 0/ });
  });

  test('reports link depth, named attributes, and whether there are any', () => {
    const tree = parseQ('(a{b{c}}|speed>1);modifiedAt>2020-01-01T00:00:00Z', names);
    assert.equal(linkDepth(tree), 2);
    assert.deepEqual([...attributesOf(tree)], ['a:a', 'a:speed']);
    assert.equal(namesAttribute(tree), true);
    assert.equal(namesAttribute(parseQ('modifiedAt>2020-01-01T00:00:00Z', names)), false);
  });
});

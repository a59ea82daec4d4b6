// A small signer for PayKun and Plural that makes the mistakes it is told to make, as JavaScript code makes them.
//
// Reads {"jobs": [{"scheme", "message", "keys", "mistakes": [[name, ...], ...]}]} on standard input and writes
// {"results": [[signature or null, ...], ...]}; null means that this program cannot make that mistake.
// With an empty list of mistakes it signs correctly. It knows nothing of payproof and shares no code with it.

import { createCipheriv, createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';

const MISTAKES = new Set(`
  source/body-instead-of-query source/query-instead-of-body source/query-and-body source/path-id-added
  source/wrong-pointer source/envelope
  body-text/reserialised-compact body-text/reserialised-sorted body-text/pretty-printed
  body-text/base64-of-body body-text/base64-url body-text/json-instead-of-base64 body-text/raw-body
  body-text/empty-values-dropped body-text/parsed-body-printed body-text/bytes-printed body-text/body-not-read
  body-text/body-not-parsed body-text/written-as-string
  parts/pairs parts/keys-included parts/values parts/whole-body-text parts/id-left-out parts/timestamp-left-out
  parts/body-only
  order/as-sent order/sorted order/case-insensitive order/locale-compare order/js-integer-first
  order/documented-table order/reversed order/sorted-by-value order/parts-swapped
  join/no-end join/no-trailing-separator join/between-only join/other-separator join/none
  join/trailing-separator join/other-pair-separator
  nesting/object-object nesting/comma-joined nesting/json-text nesting/skipped
  scalars/javascript scalars/null-as-text scalars/bool-as-text scalars/bool-as-digits scalars/two-decimals
  scalars/falsy-blank scalars/number-in-text scalars/number-in-text-two-decimals
  escaping/percent escaping/percent-plus escaping/json escaping/html escaping/not-decoded
  excluded/signature-included excluded/signature-type-included excluded/empty-dropped excluded/null-dropped
  excluded/php-empty-dropped excluded/field-left-out excluded/fields-left-out excluded/extra-field-included
  text-edits/trimmed text-edits/last-char-cut text-edits/last-two-cut text-edits/trailing-newline
  text-edits/crlf-to-lf
  charset/latin-1 charset/utf-16 charset/nfd charset/bom charset/utf-8-twice
  rounds/sha512 rounds/sha256 rounds/sha1 rounds/md5 rounds/plain-hash rounds/key-first-hash
  rounds/key-last-hash rounds/key-and-text-swapped rounds/single-round-inner rounds/single-round-outer
  rounds/rounds-swapped rounds/inner-raw-digest
  key/other-role key/other-environment key/as-text key/hex-decoded key/base64-decoded key/base64-text
  key/trailing-newline key/trailing-cr key/byte-order-mark key/leading-space key/trailing-space key/quoted key/prefix-stripped key/empty
  key/prefix-stripped-base64-decoded key/lower-cased key/upper-cased
  output/base64 output/base64url output/base64-unpadded output/hex output/hex-upper output/hex-lower
  output/hex-text-in-base64 output/prefix-missing output/prefix-equals
  timing/timestamp-in-ms timing/timestamp-in-seconds timing/timestamp-of-earlier-delivery
  timing/id-of-earlier-delivery
  envelope/mac-over-value-only envelope/mac-over-raw-bytes envelope/mac-value-before-iv
  envelope/mac-key-hex-decoded envelope/mac-upper-case envelope/mac-sha512 envelope/mac-base64
  envelope/mac-missing envelope/mac-key-other-role envelope/aes-key-hex-decoded envelope/aes-key-sha256
  envelope/aes-ecb envelope/length-in-utf16-units envelope/last-two-cut envelope/terminator-kept
  envelope/not-php-serialised envelope/iv-12-bytes envelope/iv-missing envelope/iv-hex
  envelope/not-base64-wrapped envelope/base64-url-wrapped envelope/bad-base64 envelope/zero-padding
  envelope/value-hex envelope/value-base64-twice envelope/query-string-plaintext envelope/json-plaintext
`.trim().split(/\s+/));

const KEY_ROLE = {
  'paykun.request': 'encryption_key', 'paykun.response': 'encryption_key', 'paykun.webhook': 'encryption_key',
  'paykun.mobile': 'access_token', 'plural.webhook': 'webhook_secret', 'plural.callback': 'callback_secret',
  'plural.v2-xverify': 'v2_secret', 'plural.v2-xverify-webhook': 'v2_secret', 'plural.v2-kv': 'v2_secret',
};
const HEX_KEY = ['plural.callback', 'plural.v2-xverify', 'plural.v2-xverify-webhook', 'plural.v2-kv'];
const SIGNATURE_FIELDS = ['signature', 'dia_secret', 'ppc_DIA_SECRET'];
const TYPE_FIELDS = ['dia_secret_type', 'ppc_DIA_SECRET_TYPE'];
const DOCUMENTED = ('refund_amount remarks page_number limit status start_date end_date failure_url success_url amount '
  + 'currency payment_for for_single_customer customer_email customer_mono customer_fname customer_lname '
  + 'notify_by_email notify_by_sms can_expire expiry_date receipt_no note').split(' ');

class Mistakes {
  constructor(names) {
    this.values = new Map(names.map((name) => [name.split('=')[0], name.slice(name.split('=')[0].length + 1)]));
  }
  has(name) { return this.values.has(name); }
  value(name, fallback) { return this.values.get(name) || fallback; }
  of(dimension) {
    for (const name of this.values.keys()) if (name.startsWith(`${dimension}/`)) return name.split('/')[1];
    return undefined;
  }
}

// JSON.parse puts integer-like keys first, so whoever must keep the order sent needs a reader that gives Maps.
function parseOrdered(text) {
  let at = 0;
  const space = () => { while (' \t\r\n'.includes(text[at]) && at < text.length) at += 1; };
  const plain = (pattern) => {
    pattern.lastIndex = at;
    const [found] = pattern.exec(text);
    at += found.length;
    return JSON.parse(found);
  };
  const value = () => {
    space();
    if (text[at] === '"') return plain(/"(?:[^"\\]|\\.)*"/gsy);
    if (text[at] === '[') {
      const list = [];
      for (at += 1, space(); text[at] !== ']'; space()) { list.push(value()); space(); if (text[at] === ',') at += 1; }
      at += 1;
      return list;
    }
    if (text[at] === '{') {
      const map = new Map();
      for (at += 1, space(); text[at] !== '}'; space()) {
        const key = plain(/"(?:[^"\\]|\\.)*"/gsy);
        space();
        at += 1;
        map.set(key, value());
        space();
        if (text[at] === ',') { at += 1; space(); }
      }
      at += 1;
      return map;
    }
    return plain(/true|false|null|-?[0-9][0-9.eE+-]*/gy);
  };
  return value();
}

const toObject = (value) => {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, inner]) => [key, toObject(inner)]));
  return Array.isArray(value) ? value.map(toObject) : value;
};

function stringifyOrdered(value) {
  if (value instanceof Map) {
    return `{${[...value].map(([k, v]) => `${JSON.stringify(k)}:${stringifyOrdered(v)}`).join(',')}}`;
  }
  return Array.isArray(value) ? `[${value.map(stringifyOrdered).join(',')}]` : JSON.stringify(value);
}

const isNested = (value) => typeof value === 'object' && value !== null;
const entriesOf = (value) => (value instanceof Map ? [...value] : Object.entries(value));

function readRequest(message) {
  const url = new URL(message.target, 'https://gateway.example');
  const headers = Object.fromEntries(message.headers.map(([name, value]) => [name.toLowerCase(), value]));
  const body = Buffer.from(message.body_base64, 'base64').toString('utf8');
  const form = (headers['content-type'] ?? '').includes('x-www-form-urlencoded');
  return { method: message.method, path: url.pathname, query: url.search.slice(1), headers, body, form };
}

function formPairs(text, wrong) {
  if (wrong.has('escaping/not-decoded')) {
    return text.split('&').filter(Boolean).map((item) => {
      const at = item.indexOf('=');
      return [item.slice(0, at), item.slice(at + 1)];
    });
  }
  return [...new URLSearchParams(text)];
}

function bodyPairs(request, wrong) {
  if (!request.body) return [];
  if (request.form) return formPairs(request.body, wrong);
  const map = parseOrdered(request.body);
  return [...map];
}

const sortedKeys = (value) => {
  if (Array.isArray(value) || !isNested(value)) return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sortedKeys(value[key])]));
};

function prune(value) {
  if (Array.isArray(value) || !isNested(value)) return value;
  const kept = Object.entries(value).filter(([, inner]) => inner !== '' && inner !== null
    && !(isNested(inner) && Object.keys(inner).length === 0));
  return Object.fromEntries(kept.map(([key, inner]) => [key, prune(inner)]));
}

function reserialise(text, wrong) {
  switch (wrong.of('body-text')) {
    case 'reserialised-compact': return JSON.stringify(JSON.parse(text));
    case 'reserialised-sorted': return JSON.stringify(sortedKeys(JSON.parse(text)));
    case 'pretty-printed':
      return JSON.stringify(JSON.parse(text), null, Number(wrong.value('body-text/pretty-printed', '2')));
    case 'empty-values-dropped': return JSON.stringify(prune(JSON.parse(text)));
    case 'parsed-body-printed': return `${JSON.parse(text)}`;
    case 'bytes-printed': return JSON.stringify(Buffer.from(text)); // a Buffer has a toJSON of its own
    case 'body-not-read': return `${undefined}`;
    case 'body-not-parsed': return JSON.stringify({}); // what older versions of Express leave in req.body
    case 'written-as-string': return JSON.stringify(text);
    default: return text;
  }
}

// What PHP's string conversion gives: the rule that the documents imply.
function phpText(value) {
  if (value === null || value === false) return '';
  return value === true ? '1' : String(value);
}

function escape(text, wrong) {
  switch (wrong.of('escaping')) {
    case 'percent': {
      const encode = wrong.value('escaping/percent', '') === 'encode-uri' ? encodeURI : encodeURIComponent;
      return encode(text);
    }
    case 'percent-plus': return new URLSearchParams({ v: text }).toString().slice(2);
    case 'json': return JSON.stringify(text);
    case 'html':
      return text.replace(/[&<>"']/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[c]);
    default: return text;
  }
}

function scalar(value, wrong) {
  if (typeof value === 'string') return escape(wrong.has('text-edits/trimmed') ? value.trim() : value, wrong);
  const choice = wrong.of('scalars');
  if (choice === 'javascript') return `${value}`;
  if (choice === 'falsy-blank') return `${value || ''}`;
  if (choice === 'null-as-text' && value === null) return `${value}`;
  if (choice === 'bool-as-text' && typeof value === 'boolean') return value.toString();
  if (choice === 'bool-as-digits' && typeof value === 'boolean') return String(Number(value));
  if (choice === 'two-decimals' && typeof value === 'number') return value.toFixed(2);
  return phpText(value);
}

function amountText(value, wrong) {
  switch (wrong.of('scalars')) {
    case 'number-in-text': return String(Number(value));
    case 'number-in-text-two-decimals': return Number(value).toFixed(2);
    default: return value;
  }
}

function flatten(pairs, wrong) {
  return pairs.flatMap(([name, value]) => {
    if (typeof value === 'string' && name.includes('amount')) return [[name, scalar(amountText(value, wrong), wrong)]];
    if (!isNested(value)) return [[name, scalar(value, wrong)]];
    switch (wrong.of('nesting')) {
      case 'object-object': return [[name, `${toObject(value)}`]];
      case 'comma-joined': return [[name, flatten(entriesOf(value), wrong).map(([, text]) => text).join()]];
      case 'json-text': return [[name, JSON.stringify(toObject(value))]];
      case 'skipped': return [];
      default: return flatten(entriesOf(value), wrong);
    }
  });
}

function exclude(pairs, wrong) {
  const leftOut = wrong.value('excluded/field-left-out', undefined);
  return pairs.flatMap(([name, value]) => {
    if (SIGNATURE_FIELDS.includes(name)) return wrong.has('excluded/signature-included') ? [[name, '']] : [];
    if (TYPE_FIELDS.includes(name) && !wrong.has('excluded/signature-type-included')) return [];
    if (name === leftOut) return [];
    if (wrong.has('excluded/fields-left-out') && name.startsWith(wrong.value('excluded/fields-left-out', ''))) return [];
    if (wrong.has('excluded/empty-dropped') && (value === '' || value === null)) return [];
    if (wrong.has('excluded/php-empty-dropped') && (!value || value === '0')) return [];
    if (wrong.has('excluded/null-dropped') && value === null) return [];
    return [[name, value]];
  });
}

const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

function reorder(pairs, wrong, fallback) {
  switch (wrong.of('order') ?? fallback) {
    case 'sorted': return [...pairs].sort(([a], [b]) => compare(a, b));
    case 'case-insensitive': return [...pairs].sort(([a], [b]) => compare(a.toLowerCase(), b.toLowerCase()));
    case 'locale-compare': return [...pairs].sort(([a], [b]) => a.localeCompare(b, 'en'));
    case 'js-integer-first': return Object.entries(Object.fromEntries(pairs));
    case 'documented-table': {
      const place = (name) => (DOCUMENTED.indexOf(name) + DOCUMENTED.length + 1) % (DOCUMENTED.length + 1);
      return [...pairs].sort(([a], [b]) => place(a) - place(b));
    }
    case 'reversed': return [...pairs].reverse();
    case 'sorted-by-value': return [...pairs].sort(([, a], [, b]) => compare(String(a), String(b)));
    default: return pairs;
  }
}

function follow(document, pointer) {
  return pointer.split('/').slice(1).reduce(
    (inner, step) => (inner instanceof Map ? inner.get(step) : inner?.[step]) ?? new Map(), document);
}

// PayKun: each value and a bar, then a hash sign; the mobile SDK simply runs the values together.
function valuesText(scheme, request, wrong) {
  let pairs;
  const mobile = scheme === 'paykun.mobile';
  if (scheme === 'paykun.request') {
    const swapped = wrong.has('source/body-instead-of-query') || wrong.has('source/query-instead-of-body');
    const useQuery = (request.method === 'GET') !== swapped;
    pairs = useQuery ? formPairs(request.query, wrong) : bodyPairs(request, wrong);
    if (wrong.has('source/query-and-body')) pairs = [...formPairs(request.query, wrong), ...bodyPairs(request, wrong)];
  } else if (mobile) {
    pairs = bodyPairs(request, wrong);
  } else {
    const document = parseOrdered(request.body);
    const home = scheme === 'paykun.response' ? '/data/transaction' : '/transaction';
    follow(document, home).delete('signature');
    const pointer = wrong.has('source/envelope') ? '' : wrong.value('source/wrong-pointer', home);
    pairs = [...follow(document, pointer)];
    if (wrong.has('excluded/signature-included')) pairs.push(['signature', '']);
  }
  pairs = exclude(pairs, wrong);
  if (wrong.has('source/path-id-added')) {
    const id = request.path.split('/').filter((step) => /^[0-9]/.test(step)).at(-1);
    if (wrong.value('source/path-id-added', 'first') === 'first') pairs.unshift(['id', id]);
    else pairs.push(['id', id]);
  }
  if (wrong.has('excluded/extra-field-included')) {
    const name = wrong.value('excluded/extra-field-included', 'MerchantId');
    pairs.push([name, request.headers[name.toLowerCase()]]);
  }
  pairs = reorder(pairs, wrong, 'as-sent');
  if (wrong.has('parts/whole-body-text')) return reserialise(stringifyOrdered(new Map(pairs)), wrong);
  const equals = wrong.value('join/other-pair-separator', '=');
  const separator = wrong.has('join/none') ? '' : wrong.value('join/other-separator', mobile ? '' : '|');
  const items = flatten(pairs, wrong).map(([name, text]) => {
    if (wrong.has('parts/pairs')) return name + equals + text;
    return wrong.has('parts/keys-included') ? name + separator + text : text;
  });
  switch (wrong.of('join')) {
    case 'no-end': return items.map((item) => item + separator).join('');
    case 'no-trailing-separator': return `${items.join(separator)}#`;
    case 'between-only': return items.join(separator);
    default: return mobile ? items.join(separator) : `${items.map((item) => item + separator).join('')}#`;
  }
}

// Plural: sorted key=value pairs with an ampersand between them.
function pairsText(request, wrong) {
  const swapped = wrong.has('source/body-instead-of-query') || wrong.has('source/query-instead-of-body');
  const useBody = (request.method === 'POST') !== swapped;
  let pairs = useBody ? bodyPairs(request, wrong) : formPairs(request.query, wrong);
  if (wrong.has('source/query-and-body')) pairs = [...formPairs(request.query, wrong), ...bodyPairs(request, wrong)];
  pairs = reorder(exclude(pairs, wrong), wrong, 'sorted');
  const equals = wrong.value('join/other-pair-separator', '=');
  const separator = wrong.has('join/none') ? '' : wrong.value('join/other-separator', '&');
  const items = flatten(pairs, wrong).map(([name, text]) => {
    if (wrong.has('parts/values')) return text;
    return name + (wrong.has('parts/keys-included') ? separator : equals) + text;
  });
  return items.join(separator) + (wrong.has('join/trailing-separator') ? separator : '');
}

// Plural: the whole body, as it is or in Base64.
function bodyText(scheme, request, earlier, wrong) {
  const base64 = (text) => Buffer.from(text, 'utf8').toString(wrong.has('body-text/base64-url') ? 'base64url' : 'base64');
  const choice = wrong.of('body-text');
  let text = request.body;
  if (scheme === 'plural.v2-xverify') {
    if (wrong.has('source/envelope')) return text;
    const encoded = JSON.parse(text).request;
    if (choice === undefined) return encoded;
    const inner = Buffer.from(encoded, 'base64').toString();
    if (choice === 'json-instead-of-base64') return inner;
    return choice === 'base64-of-body' ? btoa(encoded) : base64(reserialise(inner, wrong));
  }
  if (wrong.has('source/wrong-pointer')) {
    text = JSON.stringify(follow(JSON.parse(text), wrong.value('source/wrong-pointer', '/data')));
  }
  if (scheme === 'plural.v2-xverify-webhook') {
    if (choice === 'raw-body') return base64(text);
    text = JSON.stringify(JSON.parse(text));
    return choice === 'json-instead-of-base64' ? text : base64(reserialise(text, wrong));
  }
  if (choice === 'base64-of-body') text = base64(text);
  text = reserialise(text, wrong);
  if (wrong.has('text-edits/trimmed')) text = text.trim();
  let id = request.headers['webhook-id'];
  let stamp = request.headers['webhook-timestamp'];
  if (wrong.has('timing/timestamp-in-ms')) stamp = new Date(Number(stamp) * 1000).getTime();
  if (wrong.has('timing/timestamp-of-earlier-delivery')) stamp = earlier['webhook-timestamp'];
  if (wrong.has('timing/id-of-earlier-delivery')) id = earlier['webhook-id'];
  let parts = [id, stamp, text];
  if (wrong.has('parts/id-left-out')) parts = [stamp, text];
  if (wrong.has('parts/timestamp-left-out')) parts = [id, text];
  if (wrong.has('parts/body-only')) parts = [text];
  if (wrong.has('order/parts-swapped')) parts = [stamp, id, text];
  return parts.join(wrong.has('join/none') ? '' : wrong.value('join/other-separator', '.'));
}

function edit(text, wrong) {
  switch (wrong.of('text-edits')) {
    case 'last-char-cut': return text.slice(0, -1);
    case 'last-two-cut': return text.slice(0, -2);
    case 'trailing-newline': return `${text}\n`;
    case 'crlf-to-lf': return text.replace(/\r\n/g, '\n');
    default: return text;
  }
}

function encode(text, wrong) {
  switch (wrong.of('charset')) {
    case 'latin-1': return Buffer.from(text, 'latin1');
    case 'utf-16': return Buffer.from(text, 'utf16le');
    case 'nfd': return Buffer.from(text.normalize('NFD'));
    case 'bom': return Buffer.from(`\uFEFF${text}`);
    case 'utf-8-twice': return Buffer.from(Buffer.from(text).toString('binary'));
    default: return Buffer.from(text);
  }
}

function keyBytes(scheme, keys, wrong) {
  let role = wrong.value('key/other-role', KEY_ROLE[scheme]);
  if (wrong.has('key/other-environment')) role = `sandbox.${role}`;
  const text = keys[role];
  if (text === undefined) throw new TypeError(`no key for ${role}`);
  const form = HEX_KEY.includes(scheme) ? 'hex' : 'utf8';
  switch (wrong.of('key')) {
    case 'empty': return Buffer.from('');
    case 'trailing-newline': return Buffer.from(`${text}\n`, form);
    case 'trailing-cr': return Buffer.from(`${text}\r`, form);
    case 'byte-order-mark': return Buffer.from(`\uFEFF${text}`, form);
    case 'leading-space': return Buffer.from(` ${text}`, form);
    case 'trailing-space': return Buffer.from(`${text} `, form);
    case 'quoted': return Buffer.from(JSON.stringify(text), form);
    case 'lower-cased': return Buffer.from(text.toLowerCase(), form);
    case 'upper-cased': return Buffer.from(text.toUpperCase(), form);
    case 'prefix-stripped': return Buffer.from(text.replace(/^whsec_/, ''), form);
    case 'prefix-stripped-base64-decoded': return Buffer.from(text.replace(/^whsec_/, ''), 'base64');
    case 'as-text': return Buffer.from(text);
    case 'hex-decoded': return Buffer.from(text, 'hex');
    case 'base64-decoded': return Buffer.from(text, 'base64');
    case 'base64-text': return Buffer.from(btoa(text));
    default: return Buffer.from(text, form);
  }
}

function digest(scheme, key, text, request, wrong) {
  const choice = wrong.of('rounds');
  let name = scheme.startsWith('plural.') || scheme === 'paykun.mobile' ? 'sha256' : 'sha512';
  if (['sha512', 'sha256', 'sha1', 'md5'].includes(choice)) name = choice;
  const hmac = (secret, data) => createHmac(name, secret).update(data);
  if (scheme === 'paykun.mobile') {
    let stamp = String(JSON.parse(request.body).timestamp);
    if (wrong.has('timing/timestamp-in-seconds')) stamp = String(Math.floor(Number(stamp) / 1000));
    let [inner, outer] = [Buffer.from(stamp), key];
    if (choice === 'rounds-swapped') [inner, outer] = [outer, inner];
    if (choice === 'single-round-inner') return hmac(inner, text).digest();
    if (choice === 'single-round-outer') return hmac(outer, text).digest();
    if (choice === 'inner-raw-digest') return hmac(outer, hmac(inner, text).digest()).digest();
    return hmac(outer, hmac(inner, text).digest('hex')).digest();
  }
  switch (choice) {
    case 'plain-hash': return createHash(name).update(text).digest();
    case 'key-first-hash': return createHash(name).update(key).update(text).digest();
    case 'key-last-hash': return createHash(name).update(text).update(key).digest();
    case 'key-and-text-swapped': return hmac(text, key).digest();
    default: return hmac(key, text).digest();
  }
}

function written(scheme, raw, wrong) {
  const webhook = scheme === 'plural.webhook';
  const choice = wrong.of('output') ?? (webhook ? 'base64' : scheme.startsWith('plural.') ? 'hex-upper' : 'hex-lower');
  const text = {
    'hex-upper': () => raw.toString('hex').toUpperCase(),
    hex: () => raw.toString('hex'),
    'hex-lower': () => raw.toString('hex'),
    base64url: () => raw.toString('base64url'),
    'base64-unpadded': () => raw.toString('base64').replace(/=+$/, ''),
    'hex-text-in-base64': () => btoa(raw.toString('hex')),
  }[choice]?.() ?? raw.toString('base64');
  if (!webhook || choice === 'prefix-missing') return text;
  return (choice === 'prefix-equals' ? 'v1=' : 'v1,') + text;
}

function sign(job, names) {
  const { scheme, message, keys, earlier } = job;
  const wrong = new Mistakes(names);
  const request = readRequest(message);
  let text;
  if (['plural.callback', 'plural.v2-kv'].includes(scheme)) text = pairsText(request, wrong);
  else if (scheme.startsWith('plural.')) text = bodyText(scheme, request, Object.fromEntries(earlier ?? []), wrong);
  else text = valuesText(scheme, request, wrong);
  const raw = digest(scheme, keyBytes(scheme, keys, wrong), encode(edit(text, wrong), wrong), request, wrong);
  return written(scheme, raw, wrong);
}

// Encrypts an order for the hosted checkout and gives the text of `encrypted_request`.
function envelope(job, names) {
  const wrong = new Mistakes(names);
  const secret = job.keys.encryption_key;
  const fields = Object.entries(job.fields).sort(([a], [b]) => compare(a, b));
  let iv = Buffer.from(job.iv_base64, 'base64');
  let text = fields.map(([name, value]) => `${name}::${value}`).join(';');
  if (wrong.has('envelope/query-string-plaintext')) text = new URLSearchParams(fields).toString();
  if (wrong.has('envelope/json-plaintext')) text = JSON.stringify(Object.fromEntries(fields));
  if (wrong.has('envelope/terminator-kept')) text += ';';
  if (wrong.has('envelope/last-two-cut')) text = `${text};`.slice(0, -2);
  if (!wrong.has('envelope/not-php-serialised')) {
    const length = wrong.has('envelope/length-in-utf16-units') ? text.length : Buffer.byteLength(text);
    text = `s:${length}:"${text}";`;
  }
  let aesKey = Buffer.from(secret);
  if (wrong.has('envelope/aes-key-hex-decoded')) aesKey = Buffer.from(secret, 'hex');
  if (wrong.has('envelope/aes-key-sha256')) aesKey = createHash('sha256').update(secret).digest();
  const ecb = wrong.has('envelope/aes-ecb');
  const cipher = createCipheriv(`aes-${aesKey.length * 8}-${ecb ? 'ecb' : 'cbc'}`, aesKey, ecb ? null : iv);
  let plain = Buffer.from(text);
  if (wrong.has('envelope/zero-padding')) {
    cipher.setAutoPadding(false);
    plain = Buffer.concat([plain, Buffer.alloc((16 - (plain.length % 16)) % 16)]);
  }
  const rawValue = Buffer.concat([cipher.update(plain), cipher.final()]);
  if (wrong.has('envelope/iv-12-bytes')) iv = iv.subarray(0, 12);
  const ivText = iv.toString(wrong.has('envelope/iv-hex') ? 'hex' : 'base64');
  let value = rawValue.toString(wrong.has('envelope/value-hex') ? 'hex' : 'base64');
  if (wrong.has('envelope/value-base64-twice')) value = btoa(value);
  let covered = ivText + value;
  if (wrong.has('envelope/mac-over-value-only')) covered = value;
  if (wrong.has('envelope/mac-over-raw-bytes')) covered = Buffer.concat([iv, rawValue]);
  if (wrong.has('envelope/mac-value-before-iv')) covered = value + ivText;
  let macKey = Buffer.from(secret);
  if (wrong.has('envelope/mac-key-hex-decoded')) macKey = Buffer.from(secret, 'hex');
  if (wrong.has('envelope/mac-key-other-role')) macKey = Buffer.from(job.keys.access_token);
  let mac = createHmac(wrong.has('envelope/mac-sha512') ? 'sha512' : 'sha256', macKey).update(covered)
    .digest(wrong.has('envelope/mac-base64') ? 'base64' : 'hex');
  if (wrong.has('envelope/mac-upper-case')) mac = mac.toUpperCase();
  const record = { iv: ivText, value, mac };
  if (wrong.has('envelope/iv-missing')) delete record.iv;
  if (wrong.has('envelope/mac-missing')) delete record.mac;
  const packed = JSON.stringify(record);
  if (wrong.has('envelope/not-base64-wrapped')) return packed;
  const wrapped = Buffer.from(packed).toString(wrong.has('envelope/base64-url-wrapped') ? 'base64url' : 'base64');
  return wrong.has('envelope/bad-base64') ? wrapped.slice(0, -5) : wrapped;
}

function attempt(job, names) {
  if (names.some((name) => !MISTAKES.has(name.split('=')[0]))) return null;
  try {
    return job.scheme === 'paykun.checkout' ? envelope(job, names) : sign(job, names);
  } catch {
    return null; // this program stops with an exception here and signs nothing
  }
}

const { jobs } = JSON.parse(readFileSync(0, 'utf8'));
const results = jobs.map((job) => job.mistakes.map((names) => attempt(job, names)));
process.stdout.write(JSON.stringify({ language: `Node ${process.versions.node}`, results }));

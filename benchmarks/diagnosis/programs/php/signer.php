<?php
// A small signer for PayKun and Plural that makes the mistakes it is told to make, as PHP code makes them.
//
// Reads {"jobs": [{"scheme", "message", "keys", "mistakes": [[name, ...], ...]}]} on standard input and writes
// {"results": [[signature or null, ...], ...]}; null means that this program cannot make that mistake.
// With an empty list of mistakes it signs correctly. It knows nothing of payproof and shares no code with it.

error_reporting(E_ALL & ~E_WARNING & ~E_NOTICE & ~E_DEPRECATED);

const MISTAKES = '
  source/body-instead-of-query source/query-instead-of-body source/query-and-body source/path-id-added
  source/wrong-pointer source/envelope
  body-text/reserialised-compact body-text/reserialised-sorted body-text/slashes-escaped body-text/ascii-escaped
  body-text/json-encode-default body-text/pretty-printed body-text/empty-object-as-array
  body-text/base64-of-body body-text/base64-76-columns body-text/base64-url body-text/json-instead-of-base64
  body-text/raw-body body-text/empty-values-dropped body-text/parsed-body-printed body-text/body-not-read
  body-text/written-as-string body-text/pretty-with-empty-arrays
  parts/pairs parts/keys-included parts/values parts/whole-body-text parts/id-left-out parts/timestamp-left-out
  parts/body-only
  order/as-sent order/sorted order/case-insensitive order/reversed order/sorted-by-value order/parts-swapped
  join/no-end join/no-trailing-separator join/between-only join/other-separator join/none
  join/trailing-separator join/other-pair-separator
  nesting/php-array nesting/comma-joined nesting/json-text nesting/skipped
  scalars/bool-as-text scalars/null-as-text scalars/bool-as-digits scalars/json-text scalars/two-decimals
  scalars/two-decimals-grouped scalars/number-in-text scalars/number-in-text-two-decimals
  escaping/percent escaping/percent-plus escaping/html escaping/json escaping/not-decoded
  excluded/signature-included excluded/signature-type-included excluded/empty-dropped excluded/null-dropped
  excluded/php-empty-dropped excluded/field-left-out excluded/fields-left-out excluded/extra-field-included
  text-edits/trimmed text-edits/last-char-cut text-edits/last-two-cut text-edits/trailing-newline
  text-edits/crlf-to-lf
  charset/latin-1 charset/utf-16 charset/bom charset/ascii-replace charset/utf-8-twice
  rounds/sha512 rounds/sha256 rounds/sha1 rounds/md5 rounds/plain-hash rounds/key-first-hash
  rounds/key-last-hash rounds/key-and-text-swapped rounds/single-round-inner rounds/single-round-outer
  rounds/rounds-swapped rounds/inner-raw-digest
  key/other-role key/other-environment key/as-text key/hex-decoded key/base64-decoded key/base64-text
  key/trailing-newline key/trailing-cr key/byte-order-mark key/leading-space key/trailing-space key/quoted key/prefix-stripped key/empty
  key/prefix-stripped-base64-decoded key/lower-cased key/upper-cased
  output/base64 output/base64url output/base64-unpadded output/hex output/hex-upper output/hex-lower
  output/hex-text-in-base64 output/hex-of-hex output/prefix-missing output/prefix-equals
  timing/timestamp-in-ms timing/timestamp-in-seconds timing/timestamp-of-earlier-delivery
  timing/id-of-earlier-delivery
  envelope/mac-over-value-only envelope/mac-over-raw-bytes envelope/mac-value-before-iv
  envelope/mac-key-hex-decoded envelope/mac-upper-case envelope/mac-sha512 envelope/mac-base64
  envelope/mac-missing envelope/mac-key-other-role envelope/aes-key-hex-decoded envelope/aes-key-sha256
  envelope/aes-ecb envelope/last-two-cut envelope/terminator-kept
  envelope/not-php-serialised envelope/iv-12-bytes envelope/iv-missing envelope/iv-hex
  envelope/not-base64-wrapped envelope/base64-url-wrapped envelope/bad-base64 envelope/zero-padding
  envelope/value-hex envelope/value-base64-twice envelope/query-string-plaintext envelope/json-plaintext
';

const KEY_ROLE = [
    'paykun.request' => 'encryption_key', 'paykun.response' => 'encryption_key', 'paykun.webhook' => 'encryption_key',
    'paykun.mobile' => 'access_token', 'plural.webhook' => 'webhook_secret', 'plural.callback' => 'callback_secret',
    'plural.v2-xverify' => 'v2_secret', 'plural.v2-xverify-webhook' => 'v2_secret', 'plural.v2-kv' => 'v2_secret',
];
const HEX_KEY = ['plural.callback', 'plural.v2-xverify', 'plural.v2-xverify-webhook', 'plural.v2-kv'];
const PLAIN_JSON = JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE;

final class Mistakes
{
    private array $values = [];

    public function __construct(array $names)
    {
        foreach ($names as $name) {
            [$label, $value] = explode('=', $name, 2) + [1 => ''];
            $this->values[$label] = $value;
        }
    }

    public function has(string $name): bool
    {
        return isset($this->values[$name]);
    }

    public function value(string $name, ?string $default): ?string
    {
        return ($this->values[$name] ?? '') !== '' ? $this->values[$name] : $default;
    }

    public function of(string $dimension): ?string
    {
        foreach ($this->values as $name => $_) {
            if (str_starts_with($name, "$dimension/")) {
                return explode('/', $name, 2)[1];
            }
        }
        return null;
    }
}

final class Request
{
    public string $method;
    public string $path;
    public string $query;
    public array $headers = [];
    public string $body;

    public function __construct(array $message)
    {
        $this->method = $message['method'];
        [$this->path, $this->query] = explode('?', $message['target'], 2) + [1 => ''];
        foreach ($message['headers'] as [$name, $value]) {
            $this->headers[strtolower($name)] = $value;
        }
        $this->body = base64_decode($message['body_base64']);
    }

    public function form(string $text, Mistakes $wrong): array
    {
        if (!$wrong->has('escaping/not-decoded')) {
            parse_str($text, $fields);
            return $fields;
        }
        $fields = [];
        foreach (array_filter(explode('&', $text)) as $item) {
            [$name, $value] = explode('=', $item, 2);
            $fields[$name] = $value;
        }
        return $fields;
    }

    public function queryFields(Mistakes $wrong): array
    {
        return $this->form($this->query, $wrong);
    }

    public function bodyFields(Mistakes $wrong): array
    {
        if (str_contains($this->headers['content-type'] ?? '', 'x-www-form-urlencoded')) {
            return $this->form($this->body, $wrong);
        }
        return json_decode($this->body, true) ?? [];
    }
}

function sorted_deep($value)
{
    if (is_object($value)) {
        $fields = (array) $value;
        ksort($fields, SORT_STRING);
        return (object) array_map('sorted_deep', $fields);
    }
    return $value;
}

function prune(array $fields): array
{
    return array_filter($fields, fn ($value) => $value !== '' && $value !== null);
}

function reserialise(string $text, Mistakes $wrong): string
{
    return match ($wrong->of('body-text')) {
        'reserialised-compact' => json_encode(json_decode($text), PLAIN_JSON),
        'reserialised-sorted' => json_encode(sorted_deep(json_decode($text)), PLAIN_JSON),
        'slashes-escaped' => json_encode(json_decode($text), JSON_UNESCAPED_UNICODE),
        'ascii-escaped' => json_encode(json_decode($text), JSON_UNESCAPED_SLASHES),
        'json-encode-default' => json_encode(json_decode($text)),
        'pretty-printed' => json_encode(json_decode($text), PLAIN_JSON | JSON_PRETTY_PRINT),
        'empty-object-as-array' => json_encode(json_decode($text, true), PLAIN_JSON),
        'empty-values-dropped' => json_encode(prune(json_decode($text, true)), PLAIN_JSON),
        'pretty-with-empty-arrays' => json_encode(json_decode($text, true), JSON_PRETTY_PRINT),
        'parsed-body-printed' => (string) json_decode($text, true),
        'body-not-read' => '', // a stream that was read before
        'written-as-string' => json_encode($text),
        default => $text,
    };
}

function escape(string $text, Mistakes $wrong): string
{
    return match ($wrong->of('escaping')) {
        'percent' => rawurlencode($text),
        'percent-plus' => urlencode($text),
        'html' => htmlspecialchars($text),
        'json' => json_encode($text),
        default => $text,
    };
}

function scalar($value, Mistakes $wrong): string
{
    if (is_string($value)) {
        return escape($wrong->has('text-edits/trimmed') ? trim($value) : $value, $wrong);
    }
    $choice = $wrong->of('scalars');
    if ($choice === 'bool-as-text' && is_bool($value)) {
        return var_export($value, true);
    }
    if ($choice === 'null-as-text' && $value === null) {
        return var_export($value, true);
    }
    if ($choice === 'bool-as-digits' && is_bool($value)) {
        return (string) (int) $value;
    }
    if ($choice === 'json-text') {
        return json_encode($value);
    }
    if ($choice === 'two-decimals' && !is_bool($value) && $value !== null) {
        return sprintf('%.2f', $value);
    }
    if ($choice === 'two-decimals-grouped' && !is_bool($value) && $value !== null) {
        return number_format($value, 2);
    }
    return (string) $value;
}

function amount_text(string $value, Mistakes $wrong): string
{
    return match ($wrong->of('scalars')) {
        'number-in-text' => (string) (float) $value,
        'number-in-text-two-decimals' => number_format((float) $value, 2),
        default => $value,
    };
}

function flatten(array $fields, Mistakes $wrong): array
{
    $segments = [];
    foreach ($fields as $name => $value) {
        if (is_string($value) && str_contains($name, 'amount')) {
            $value = amount_text($value, $wrong);
        }
        if (!is_array($value)) {
            $segments[] = [$name, scalar($value, $wrong)];
            continue;
        }
        switch ($wrong->of('nesting')) {
            case 'php-array':
                $segments[] = [$name, (string) $value];
                break;
            case 'comma-joined':
                $segments[] = [$name, implode(',', array_column(flatten($value, $wrong), 1))];
                break;
            case 'json-text':
                $segments[] = [$name, json_encode($value, PLAIN_JSON)];
                break;
            case 'skipped':
                break;
            default:
                array_push($segments, ...flatten($value, $wrong));
        }
    }
    return $segments;
}

function exclude(array $fields, Mistakes $wrong): array
{
    $kept = [];
    foreach ($fields as $name => $value) {
        if (in_array($name, ['signature', 'dia_secret', 'ppc_DIA_SECRET'], true)) {
            if ($wrong->has('excluded/signature-included')) {
                $kept[$name] = '';
            }
        } elseif (in_array($name, ['dia_secret_type', 'ppc_DIA_SECRET_TYPE'], true)) {
            if ($wrong->has('excluded/signature-type-included')) {
                $kept[$name] = $value;
            }
        } elseif ($wrong->has('excluded/fields-left-out')
            && str_starts_with($name, $wrong->value('excluded/fields-left-out', ''))) {
            continue;
        } elseif ((string) $name !== $wrong->value('excluded/field-left-out', null)) {
            $kept[$name] = $value;
        }
    }
    return match ($wrong->of('excluded')) {
        'empty-dropped' => prune($kept),
        'php-empty-dropped' => array_filter($kept),
        'null-dropped' => array_filter($kept, fn ($value) => !is_null($value)),
        default => $kept,
    };
}

function reorder(array $fields, Mistakes $wrong, string $default): array
{
    switch ($wrong->of('order') ?? $default) {
        case 'sorted':
            ksort($fields, SORT_STRING);
            break;
        case 'case-insensitive':
            ksort($fields, SORT_STRING | SORT_FLAG_CASE);
            break;
        case 'reversed':
            $fields = array_reverse($fields, true);
            break;
        case 'sorted-by-value':
            asort($fields, SORT_STRING);
            break;
    }
    return $fields;
}

function follow(array $document, string $pointer): array
{
    foreach (array_slice(explode('/', $pointer), 1) as $step) {
        $document = $document[$step] ?? [];
    }
    return $document;
}

/** PayKun: each value and a bar, then a hash sign; the mobile SDK simply runs the values together. */
function values_text(string $scheme, Request $request, Mistakes $wrong): string
{
    $mobile = $scheme === 'paykun.mobile';
    if ($scheme === 'paykun.request') {
        $swapped = $wrong->has('source/body-instead-of-query') || $wrong->has('source/query-instead-of-body');
        $useQuery = ($request->method === 'GET') !== $swapped;
        $fields = $useQuery ? $request->queryFields($wrong) : $request->bodyFields($wrong);
        if ($wrong->has('source/query-and-body')) {
            $fields = array_merge($request->queryFields($wrong), $request->bodyFields($wrong));
        }
    } elseif ($mobile) {
        $fields = $request->bodyFields($wrong);
    } else {
        $document = json_decode($request->body, true);
        unset($document['data']['transaction']['signature'], $document['transaction']['signature']);
        $home = $scheme === 'paykun.response' ? '/data/transaction' : '/transaction';
        $pointer = $wrong->has('source/envelope') ? '' : $wrong->value('source/wrong-pointer', $home);
        $fields = follow($document, $pointer);
        if ($wrong->has('excluded/signature-included')) {
            $fields['signature'] = '';
        }
    }
    $fields = exclude($fields, $wrong);
    if ($wrong->has('source/path-id-added')) {
        $ids = preg_grep('/^[0-9]/', explode('/', $request->path));
        $id = ['id' => end($ids)];
        $fields = $wrong->value('source/path-id-added', 'first') === 'first' ? $id + $fields : $fields + $id;
    }
    if ($wrong->has('excluded/extra-field-included')) {
        $name = $wrong->value('excluded/extra-field-included', 'MerchantId');
        $fields[$name] = $request->headers[strtolower($name)];
    }
    $fields = reorder($fields, $wrong, 'as-sent');
    if ($wrong->has('parts/whole-body-text')) {
        return reserialise(json_encode($fields, PLAIN_JSON), $wrong);
    }
    $equals = $wrong->value('join/other-pair-separator', '=');
    $separator = $wrong->has('join/none') ? '' : $wrong->value('join/other-separator', $mobile ? '' : '|');
    $items = array_map(fn (array $segment) => match ($wrong->of('parts')) {
        'pairs' => $segment[0] . $equals . $segment[1],
        'keys-included' => $segment[0] . $separator . $segment[1],
        default => $segment[1],
    }, flatten($fields, $wrong));
    $each = implode('', array_map(fn (string $item) => $item . $separator, $items));
    return match ($wrong->of('join')) {
        'no-end' => $each,
        'no-trailing-separator' => implode($separator, $items) . '#',
        'between-only' => implode($separator, $items),
        default => $mobile ? implode($separator, $items) : $each . '#',
    };
}

/** Plural: sorted key=value pairs with an ampersand between them. */
function pairs_text(Request $request, Mistakes $wrong): string
{
    $swapped = $wrong->has('source/body-instead-of-query') || $wrong->has('source/query-instead-of-body');
    $useBody = ($request->method === 'POST') !== $swapped;
    $fields = $useBody ? $request->bodyFields($wrong) : $request->queryFields($wrong);
    if ($wrong->has('source/query-and-body')) {
        $fields = array_merge($request->queryFields($wrong), $request->bodyFields($wrong)); // as $_REQUEST does
    }
    $fields = reorder(exclude($fields, $wrong), $wrong, 'sorted');
    if ($wrong->has('escaping/percent-plus') && $wrong->of('join') === null && $wrong->of('parts') === null
        && $wrong->of('text-edits') === null) {
        return http_build_query($fields);
    }
    $equals = $wrong->value('join/other-pair-separator', '=');
    $separator = $wrong->has('join/none') ? '' : $wrong->value('join/other-separator', '&');
    $items = array_map(fn (array $segment) => match ($wrong->of('parts')) {
        'values' => $segment[1],
        'keys-included' => $segment[0] . $separator . $segment[1],
        default => $segment[0] . $equals . $segment[1],
    }, flatten($fields, $wrong));
    return implode($separator, $items) . ($wrong->has('join/trailing-separator') ? $separator : '');
}

function wrap_base64(string $text, ?string $choice): string
{
    return match ($choice) {
        'base64-76-columns' => chunk_split(base64_encode($text)),
        'base64-url' => rtrim(strtr(base64_encode($text), '+/', '-_'), '='),
        default => base64_encode($text),
    };
}

/** Plural: the whole body, as it is or in Base64. */
function body_text(string $scheme, Request $request, array $earlier, Mistakes $wrong): string
{
    $text = $request->body;
    $choice = $wrong->of('body-text');
    if ($scheme === 'plural.v2-xverify') {
        if ($wrong->has('source/envelope')) {
            return $text;
        }
        $encoded = json_decode($text)->request;
        $inner = base64_decode($encoded);
        return match ($choice) {
            null => $encoded,
            'json-instead-of-base64' => $inner,
            'base64-of-body' => base64_encode($encoded),
            default => wrap_base64(reserialise($inner, $wrong), $choice),
        };
    }
    if ($wrong->has('source/wrong-pointer')) {
        $pointer = $wrong->value('source/wrong-pointer', '/data');
        $text = json_encode(follow(json_decode($text, true), $pointer), PLAIN_JSON);
    }
    if ($scheme === 'plural.v2-xverify-webhook') {
        if ($choice === 'raw-body') {
            return base64_encode($text);
        }
        $text = json_encode(json_decode($text), PLAIN_JSON);
        return $choice === 'json-instead-of-base64' ? $text : wrap_base64(reserialise($text, $wrong), $choice);
    }
    if ($choice === 'base64-of-body') {
        $text = base64_encode($text);
    }
    $text = reserialise($text, $wrong);
    if ($wrong->has('text-edits/trimmed')) {
        $text = trim($text);
    }
    $id = $wrong->has('timing/id-of-earlier-delivery') ? $earlier['webhook-id'] : $request->headers['webhook-id'];
    $stamp = $request->headers['webhook-timestamp'];
    if ($wrong->has('timing/timestamp-in-ms')) {
        $stamp = (int) $stamp * 1000;
    }
    if ($wrong->has('timing/timestamp-of-earlier-delivery')) {
        $stamp = $earlier['webhook-timestamp'];
    }
    $parts = match ($wrong->of('parts')) {
        'id-left-out' => [$stamp, $text],
        'timestamp-left-out' => [$id, $text],
        'body-only' => [$text],
        default => $wrong->has('order/parts-swapped') ? [$stamp, $id, $text] : [$id, $stamp, $text],
    };
    return implode($wrong->has('join/none') ? '' : $wrong->value('join/other-separator', '.'), $parts);
}

function edit(string $text, Mistakes $wrong): string
{
    return match ($wrong->of('text-edits')) {
        'last-char-cut' => substr($text, 0, -1),
        'last-two-cut' => substr($text, 0, -2),
        'trailing-newline' => $text . "\n",
        'crlf-to-lf' => str_replace("\r\n", "\n", $text),
        default => $text,
    };
}

function encode(string $text, Mistakes $wrong): string
{
    $bytes = match ($wrong->of('charset')) {
        'latin-1' => iconv('UTF-8', 'ISO-8859-1', $text),
        'utf-16' => iconv('UTF-8', 'UTF-16', $text),
        'bom' => "\xEF\xBB\xBF" . $text,
        'ascii-replace' => preg_replace('/[^\x00-\x7F]/u', '?', $text),
        'utf-8-twice' => utf8_encode($text),
        default => $text,
    };
    if ($bytes === false) {
        throw new ValueError('the text has no such form');
    }
    return $bytes;
}

function key_bytes(string $scheme, array $keys, Mistakes $wrong): string
{
    $role = $wrong->value('key/other-role', KEY_ROLE[$scheme]);
    if ($wrong->has('key/other-environment')) {
        $role = "sandbox.$role";
    }
    $text = $keys[$role] ?? throw new ValueError("no key for $role");
    $form = in_array($scheme, HEX_KEY, true) ? fn (string $key) => (string) hex2bin($key) : fn (string $key) => $key;
    return match ($wrong->of('key')) {
        'empty' => '',
        'trailing-newline' => $form($text . "\n"),
        'trailing-cr' => $form($text . "\r"),
        'byte-order-mark' => $form("\xEF\xBB\xBF" . $text),
        'leading-space' => $form(' ' . $text),
        'trailing-space' => $form($text . ' '),
        'quoted' => $form('"' . $text . '"'),
        'lower-cased' => $form(strtolower($text)),
        'upper-cased' => $form(strtoupper($text)),
        'prefix-stripped' => $form(preg_replace('/^whsec_/', '', $text)),
        'prefix-stripped-base64-decoded' => base64_decode(preg_replace('/^whsec_/', '', $text)),
        'as-text' => $text,
        'hex-decoded' => (string) hex2bin($text),
        'base64-decoded' => (string) base64_decode($text),
        'base64-text' => base64_encode($text),
        default => $form($text),
    };
}

function digest(string $scheme, string $key, string $text, Request $request, Mistakes $wrong): string
{
    $choice = $wrong->of('rounds');
    $name = str_starts_with($scheme, 'plural.') || $scheme === 'paykun.mobile' ? 'sha256' : 'sha512';
    if (in_array($choice, ['sha512', 'sha256', 'sha1', 'md5'], true)) {
        $name = $choice;
    }
    if ($scheme === 'paykun.mobile') {
        $stamp = (string) json_decode($request->body)->timestamp;
        if ($wrong->has('timing/timestamp-in-seconds')) {
            $stamp = (string) intdiv((int) $stamp, 1000);
        }
        [$inner, $outer] = $choice === 'rounds-swapped' ? [$key, $stamp] : [$stamp, $key];
        return match ($choice) {
            'single-round-inner' => hash_hmac($name, $text, $inner, true),
            'single-round-outer' => hash_hmac($name, $text, $outer, true),
            'inner-raw-digest' => hash_hmac($name, hash_hmac($name, $text, $inner, true), $outer, true),
            default => hash_hmac($name, hash_hmac($name, $text, $inner), $outer, true),
        };
    }
    return match ($choice) {
        'plain-hash' => hash($name, $text, true),
        'key-first-hash' => hash($name, $key . $text, true),
        'key-last-hash' => hash($name, $text . $key, true),
        'key-and-text-swapped' => hash_hmac($name, $key, $text, true),
        default => hash_hmac($name, $text, $key, true),
    };
}

function written(string $scheme, string $raw, Mistakes $wrong): string
{
    $webhook = $scheme === 'plural.webhook';
    $choice = $wrong->of('output')
        ?? ($webhook ? 'base64' : (str_starts_with($scheme, 'plural.') ? 'hex-upper' : 'hex-lower'));
    $text = match ($choice) {
        'hex-upper' => strtoupper(bin2hex($raw)),
        'hex', 'hex-lower' => bin2hex($raw),
        'hex-of-hex' => bin2hex(bin2hex($raw)),
        'base64url' => strtr(base64_encode($raw), '+/', '-_'),
        'base64-unpadded' => rtrim(base64_encode($raw), '='),
        'hex-text-in-base64' => base64_encode(bin2hex($raw)),
        default => base64_encode($raw),
    };
    if (!$webhook || $choice === 'prefix-missing') {
        return $text;
    }
    return ($choice === 'prefix-equals' ? 'v1=' : 'v1,') . $text;
}

function sign(array $job, Mistakes $wrong): string
{
    $scheme = $job['scheme'];
    $request = new Request($job['message']);
    if ($scheme === 'plural.callback' || $scheme === 'plural.v2-kv') {
        $text = pairs_text($request, $wrong);
    } elseif (str_starts_with($scheme, 'plural.')) {
        $text = body_text($scheme, $request, array_column($job['earlier'] ?? [], 1, 0), $wrong);
    } else {
        $text = values_text($scheme, $request, $wrong);
    }
    $key = key_bytes($scheme, $job['keys'], $wrong);
    $raw = digest($scheme, $key, encode(edit($text, $wrong), $wrong), $request, $wrong);
    return written($scheme, $raw, $wrong);
}

/** Encrypts an order for the hosted checkout and gives the text of `encrypted_request`. */
function envelope(array $job, Mistakes $wrong): string
{
    $is = fn (string $name) => $wrong->has("envelope/$name");
    $secret = $job['keys']['encryption_key'];
    $fields = $job['fields'];
    ksort($fields, SORT_STRING);
    $iv = base64_decode($job['iv_base64']);
    $text = '';
    foreach ($fields as $name => $value) {
        $text .= $name . '::' . $value . ';';
    }
    if ($is('last-two-cut')) {
        $text = substr($text, 0, -2);
    } elseif (!$is('terminator-kept')) {
        $text = substr($text, 0, -1);
    }
    if ($is('query-string-plaintext')) {
        $text = http_build_query($fields);
    }
    if ($is('json-plaintext')) {
        $text = json_encode($fields);
    }
    $plain = $is('not-php-serialised') ? $text : serialize($text);
    $options = OPENSSL_RAW_DATA;
    if ($is('zero-padding')) {
        $plain = str_pad($plain, (int) ceil(strlen($plain) / 16) * 16, "\0");
        $options |= OPENSSL_ZERO_PADDING; // PHP's name for "do not pad"
    }
    $aesKey = $is('aes-key-hex-decoded') ? hex2bin($secret) : $secret;
    if ($is('aes-key-sha256')) {
        $aesKey = hash('sha256', $secret, true);
    }
    $cipher = 'aes-' . strlen($aesKey) * 8 . ($is('aes-ecb') ? '-ecb' : '-cbc');
    $rawValue = openssl_encrypt($plain, $cipher, $aesKey, $options, $is('aes-ecb') ? '' : $iv);
    if ($is('iv-12-bytes')) {
        $iv = substr($iv, 0, 12);
    }
    $ivText = $is('iv-hex') ? bin2hex($iv) : base64_encode($iv);
    $value = $is('value-hex') ? bin2hex($rawValue) : base64_encode($rawValue);
    if ($is('value-base64-twice')) { // openssl_encrypt without OPENSSL_RAW_DATA has encoded it already
        $value = base64_encode($value);
    }
    $covered = match (true) {
        $is('mac-over-value-only') => $value,
        $is('mac-over-raw-bytes') => $iv . $rawValue,
        $is('mac-value-before-iv') => $value . $ivText,
        default => $ivText . $value,
    };
    $macKey = $is('mac-key-hex-decoded') ? hex2bin($secret) : $secret;
    if ($is('mac-key-other-role')) {
        $macKey = $job['keys']['access_token'];
    }
    $mac = hash_hmac($is('mac-sha512') ? 'sha512' : 'sha256', $covered, $macKey, true);
    $mac = $is('mac-base64') ? base64_encode($mac) : bin2hex($mac);
    if ($is('mac-upper-case')) {
        $mac = strtoupper($mac);
    }
    $record = ['iv' => $ivText, 'value' => $value, 'mac' => $mac];
    if ($is('iv-missing')) {
        unset($record['iv']);
    }
    if ($is('mac-missing')) {
        unset($record['mac']);
    }
    $packed = json_encode($record);
    if ($is('not-base64-wrapped')) {
        return $packed;
    }
    $wrapped = base64_encode($packed);
    if ($is('base64-url-wrapped')) {
        return rtrim(strtr($wrapped, '+/', '-_'), '=');
    }
    return $is('bad-base64') ? substr($wrapped, 0, -5) : $wrapped;
}

function attempt(array $job, array $names, array $known): ?string
{
    foreach ($names as $name) {
        if (!isset($known[explode('=', $name, 2)[0]])) {
            return null;
        }
    }
    try {
        $wrong = new Mistakes($names);
        return $job['scheme'] === 'paykun.checkout' ? envelope($job, $wrong) : sign($job, $wrong);
    } catch (Throwable) {
        return null; // this program stops with an error here and signs nothing
    }
}

$known = array_flip(preg_split('/\s+/', trim(MISTAKES)));
$results = [];
foreach (json_decode(stream_get_contents(STDIN), true)['jobs'] as $job) {
    $results[] = array_map(fn (array $names) => attempt($job, $names, $known), $job['mistakes']);
}
echo json_encode(['language' => 'PHP ' . PHP_VERSION, 'results' => $results], JSON_UNESCAPED_SLASHES);

// A small signer for PayKun and Plural that makes the mistakes it is told to make, as Java code makes them.
//
// Reads {"jobs": [{"scheme", "message", "keys", "mistakes": [[name, ...], ...]}]} on standard input and writes
// {"results": [[signature or null, ...], ...]}; null means that this program cannot make that mistake.
// With an empty list of mistakes it signs correctly. It knows nothing of payproof and shares no code with it.

import java.math.BigDecimal;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

public final class Signer {
    static final Set<String> MISTAKES = Set.of("""
        source/body-instead-of-query source/query-instead-of-body source/query-and-body source/path-id-added
        source/wrong-pointer source/envelope
        body-text/reserialised-compact body-text/reserialised-sorted body-text/reserialised-java-hashmap
        body-text/html-escaped body-text/numbers-reprinted
        body-text/base64-of-body body-text/base64-76-columns body-text/base64-url body-text/json-instead-of-base64
        body-text/raw-body body-text/empty-values-dropped body-text/parsed-body-printed
        parts/pairs parts/keys-included parts/values parts/whole-body-text parts/id-left-out
        parts/timestamp-left-out parts/body-only
        order/as-sent order/sorted order/case-insensitive order/java-hashmap order/reversed order/parts-swapped
        order/documented-table
        join/no-end join/no-trailing-separator join/between-only join/other-separator join/none
        join/trailing-separator join/other-pair-separator
        nesting/java-map-text nesting/comma-joined nesting/json-text nesting/skipped
        scalars/java scalars/null-as-text scalars/bool-as-text scalars/whole-as-float scalars/two-decimals
        scalars/number-in-text scalars/number-in-text-two-decimals
        escaping/percent escaping/percent-plus escaping/html escaping/not-decoded
        excluded/signature-included excluded/signature-type-included excluded/empty-dropped excluded/null-dropped
        excluded/field-left-out excluded/fields-left-out excluded/extra-field-included
        text-edits/trimmed text-edits/last-char-cut text-edits/last-two-cut text-edits/trailing-newline
        text-edits/crlf-to-lf
        charset/latin-1 charset/utf-16 charset/nfd charset/bom charset/ascii-replace charset/utf-8-twice
        rounds/sha512 rounds/sha256 rounds/sha1 rounds/md5 rounds/plain-hash rounds/key-first-hash
        rounds/key-last-hash rounds/key-and-text-swapped rounds/single-round-inner rounds/single-round-outer
        rounds/rounds-swapped rounds/inner-raw-digest
        key/other-role key/other-environment key/as-text key/hex-decoded key/base64-decoded key/base64-text
        key/trailing-newline key/trailing-cr key/byte-order-mark key/leading-space key/trailing-space key/quoted key/prefix-stripped
        key/prefix-stripped-base64-decoded key/lower-cased key/upper-cased
        output/base64 output/base64url output/base64-unpadded output/hex output/hex-upper output/hex-lower
        output/hex-text-in-base64 output/leading-zeros-lost
        output/inner-zeros-lost output/prefix-missing output/prefix-equals
        timing/timestamp-in-ms timing/timestamp-in-seconds timing/timestamp-of-earlier-delivery
        timing/id-of-earlier-delivery
        envelope/mac-over-value-only envelope/mac-over-raw-bytes envelope/mac-value-before-iv
        envelope/mac-key-hex-decoded envelope/mac-upper-case envelope/mac-sha512 envelope/mac-base64
        envelope/mac-missing envelope/mac-key-other-role envelope/aes-key-hex-decoded envelope/aes-key-sha256
        envelope/aes-ecb envelope/length-in-utf16-units envelope/last-two-cut envelope/terminator-kept
        envelope/not-php-serialised envelope/iv-12-bytes envelope/iv-missing envelope/iv-hex
        envelope/not-base64-wrapped envelope/base64-url-wrapped envelope/bad-base64 envelope/zero-padding
        envelope/value-hex envelope/value-base64-twice
        """.trim().split("\\s+"));

    static final Set<String> HEX_KEY =
        Set.of("plural.callback", "plural.v2-xverify", "plural.v2-xverify-webhook", "plural.v2-kv");
    static final Set<String> SIGNATURE_FIELDS = Set.of("signature", "dia_secret", "ppc_DIA_SECRET");
    static final Set<String> TYPE_FIELDS = Set.of("dia_secret_type", "ppc_DIA_SECRET_TYPE");
    static final List<String> DOCUMENTED = List.of((
        "refund_amount remarks page_number limit status start_date end_date failure_url success_url amount currency "
        + "payment_for for_single_customer customer_email customer_mono customer_fname customer_lname "
        + "notify_by_email notify_by_sms can_expire expiry_date receipt_no note").split(" "));

    /** The mistakes to make in this run. */
    static final class Mistakes {
        final Map<String, String> values = new LinkedHashMap<>();

        Mistakes(List<Object> names) {
            for (Object name : names) {
                String[] halves = ((String) name).split("=", 2);
                values.put(halves[0], halves.length > 1 ? halves[1] : "");
            }
        }

        boolean has(String name) {
            return values.containsKey(name);
        }

        String value(String name, String fallback) {
            String value = values.getOrDefault(name, "");
            return value.isEmpty() ? fallback : value;
        }

        String of(String dimension) {
            for (String name : values.keySet()) {
                if (name.startsWith(dimension + "/")) {
                    return name.split("/", 2)[1];
                }
            }
            return "";
        }
    }

    /** A JSON reader; numbers keep their text unless the caller wants doubles, maps are HashMaps if it says so. */
    static final class Json {
        final String text;
        final boolean hash;
        int at;

        Json(String text, boolean hash) {
            this.text = text;
            this.hash = hash;
        }

        static Object parse(String text, boolean hash) {
            return new Json(text, hash).value();
        }

        void space() {
            while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
        }

        Object value() {
            space();
            switch (text.charAt(at)) {
                case '"': return string();
                case '{': return map();
                case '[': return list();
                case 't': at += 4; return true;
                case 'f': at += 5; return false;
                case 'n': at += 4; return null;
                default: return number();
            }
        }

        Number number() {
            int start = at;
            while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            String lexeme = text.substring(start, at);
            if (lexeme.matches("-?[0-9]{1,18}")) {
                return Long.valueOf(lexeme);
            }
            return new BigDecimal(lexeme);
        }

        String string() {
            StringBuilder out = new StringBuilder();
            for (at++; text.charAt(at) != '"'; at++) {
                char c = text.charAt(at);
                if (c != '\\') {
                    out.append(c);
                    continue;
                }
                c = text.charAt(++at);
                switch (c) {
                    case 'n': out.append('\n'); break;
                    case 't': out.append('\t'); break;
                    case 'r': out.append('\r'); break;
                    case 'b': out.append('\b'); break;
                    case 'f': out.append('\f'); break;
                    case 'u':
                        out.append((char) Integer.parseInt(text.substring(at + 1, at + 5), 16));
                        at += 4;
                        break;
                    default: out.append(c);
                }
            }
            at++;
            return out.toString();
        }

        Map<String, Object> map() {
            Map<String, Object> map = hash ? new HashMap<>() : new LinkedHashMap<>();
            at++;
            for (space(); text.charAt(at) != '}'; space()) {
                if (text.charAt(at) == ',') {
                    at++;
                    space();
                }
                String name = string();
                space();
                at++;
                map.put(name, value());
            }
            at++;
            return map;
        }

        List<Object> list() {
            List<Object> list = new ArrayList<>();
            at++;
            for (space(); text.charAt(at) != ']'; space()) {
                if (text.charAt(at) == ',') {
                    at++;
                }
                list.add(value());
            }
            at++;
            return list;
        }

        /** Compact JSON; `html` escapes as Gson does by default, `doubles` prints each number as a double. */
        static String write(Object value, boolean html, boolean doubles) {
            if (value instanceof Map<?, ?> map) {
                return map.entrySet().stream()
                    .map(e -> quote((String) e.getKey(), html) + ":" + write(e.getValue(), html, doubles))
                    .collect(Collectors.joining(",", "{", "}"));
            }
            if (value instanceof List<?> list) {
                return list.stream().map(v -> write(v, html, doubles)).collect(Collectors.joining(",", "[", "]"));
            }
            if (value instanceof String text) {
                return quote(text, html);
            }
            if (value instanceof Number number) {
                return doubles ? String.valueOf(number.doubleValue()) : plain(number);
            }
            return String.valueOf(value);
        }

        static String quote(String text, boolean html) {
            StringBuilder out = new StringBuilder("\"");
            for (char c : text.toCharArray()) {
                if (c == '"' || c == '\\') {
                    out.append('\\').append(c);
                } else if (c == '\n') {
                    out.append("\\n");
                } else if (c == '\r') {
                    out.append("\\r");
                } else if (c == '\t') {
                    out.append("\\t");
                } else if (c < ' ' || html && "<>&='".indexOf(c) >= 0) {
                    out.append(String.format("\\u%04x", (int) c));
                } else {
                    out.append(c);
                }
            }
            return out.append('"').toString();
        }
    }

    static String plain(Number number) {
        return number instanceof BigDecimal decimal ? decimal.toPlainString() : number.toString();
    }

    /** What travelled. */
    static final class Request {
        final String method;
        final String path;
        final String query;
        final Map<String, String> headers = new HashMap<>();
        final String body;

        @SuppressWarnings("unchecked")
        Request(Map<String, Object> message) {
            method = (String) message.get("method");
            String[] target = ((String) message.get("target")).split("\\?", 2);
            path = target[0];
            query = target.length > 1 ? target[1] : "";
            for (Object header : (List<Object>) message.get("headers")) {
                List<Object> pair = (List<Object>) header;
                headers.put(((String) pair.get(0)).toLowerCase(Locale.ROOT), (String) pair.get(1));
            }
            byte[] raw = Base64.getDecoder().decode((String) message.get("body_base64"));
            body = new String(raw, StandardCharsets.UTF_8);
        }

        Map<String, Object> form(String text, Mistakes wrong) {
            Map<String, Object> fields = newMap(wrong);
            for (String item : text.split("&")) {
                if (item.isEmpty()) {
                    continue;
                }
                String[] pair = item.split("=", 2);
                fields.put(pair[0], wrong.has("escaping/not-decoded") ? pair[1]
                    : URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
            }
            return fields;
        }

        Map<String, Object> queryFields(Mistakes wrong) {
            return form(query, wrong);
        }

        @SuppressWarnings("unchecked")
        Map<String, Object> bodyFields(Mistakes wrong) {
            if (body.isEmpty()) {
                return newMap(wrong);
            }
            if (headers.getOrDefault("content-type", "").contains("x-www-form-urlencoded")) {
                return form(body, wrong);
            }
            return (Map<String, Object>) Json.parse(body, wrong.has("order/java-hashmap"));
        }
    }

    static Map<String, Object> newMap(Mistakes wrong) {
        return wrong.has("order/java-hashmap") ? new HashMap<>() : new LinkedHashMap<>();
    }

    static Object sortedDeep(Object value) {
        if (value instanceof Map<?, ?> map) {
            TreeMap<String, Object> sorted = new TreeMap<>();
            map.forEach((name, inner) -> sorted.put((String) name, sortedDeep(inner)));
            return sorted;
        }
        return value;
    }

    static Object prune(Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> kept = new LinkedHashMap<>();
            map.forEach((name, inner) -> {
                if (inner != null && !inner.equals("")) {
                    kept.put((String) name, prune(inner));
                }
            });
            return kept;
        }
        return value;
    }

    static String reserialise(String text, Mistakes wrong) {
        switch (wrong.of("body-text")) {
            case "reserialised-compact": return Json.write(Json.parse(text, false), false, false);
            case "reserialised-sorted": return Json.write(sortedDeep(Json.parse(text, false)), false, false);
            case "reserialised-java-hashmap": return Json.write(Json.parse(text, true), false, false);
            case "html-escaped": return Json.write(Json.parse(text, false), true, false);
            case "numbers-reprinted": return Json.write(Json.parse(text, false), false, true);
            case "empty-values-dropped": return Json.write(prune(Json.parse(text, false)), false, false);
            case "parsed-body-printed": return String.valueOf(Json.parse(text, false));
            default: return text;
        }
    }

    /** What PHP's string conversion gives: the rule that the documents imply. */
    static String phpText(Object value) {
        if (value == null || value.equals(false)) {
            return "";
        }
        if (value.equals(true)) {
            return "1";
        }
        return value instanceof BigDecimal decimal
            ? decimal.stripTrailingZeros().toPlainString() : value.toString();
    }

    static String escape(String text, Mistakes wrong) {
        switch (wrong.of("escaping")) {
            case "percent": return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
            case "percent-plus": return URLEncoder.encode(text, StandardCharsets.UTF_8);
            case "html":
                return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
            default: return text;
        }
    }

    static String scalar(Object value, Mistakes wrong) {
        if (value instanceof String text) {
            return escape(wrong.has("text-edits/trimmed") ? text.trim() : text, wrong);
        }
        switch (wrong.of("scalars")) {
            case "java":
                return value instanceof BigDecimal decimal
                    ? String.valueOf(decimal.doubleValue()) : String.valueOf(value);
            case "null-as-text":
                return value == null ? "" + value : phpText(value);
            case "bool-as-text":
                return value instanceof Boolean flag ? Boolean.toString(flag) : phpText(value);
            case "whole-as-float":
                return value instanceof Number number ? String.valueOf(number.doubleValue()) : phpText(value);
            case "two-decimals":
                return value instanceof Number number
                    ? String.format(Locale.ROOT, "%.2f", number.doubleValue()) : phpText(value);
            default:
                return phpText(value);
        }
    }

    static String amountText(String value, Mistakes wrong) {
        switch (wrong.of("scalars")) {
            case "number-in-text": return String.valueOf(Double.parseDouble(value));
            case "number-in-text-two-decimals": return String.format(Locale.ROOT, "%.2f", Double.parseDouble(value));
            default: return value;
        }
    }

    record Segment(String name, String text) { }

    static List<Segment> flatten(Map<String, Object> fields, Mistakes wrong) {
        List<Segment> segments = new ArrayList<>();
        fields.forEach((name, value) -> {
            Map<String, Object> inner = inner(value);
            if (value instanceof String text && name.contains("amount")) {
                segments.add(new Segment(name, scalar(amountText(text, wrong), wrong)));
                return;
            }
            if (inner == null) {
                segments.add(new Segment(name, scalar(value, wrong)));
                return;
            }
            switch (wrong.of("nesting")) {
                case "java-map-text": segments.add(new Segment(name, value.toString())); break;
                case "comma-joined":
                    segments.add(new Segment(name,
                        flatten(inner, wrong).stream().map(Segment::text).collect(Collectors.joining(","))));
                    break;
                case "json-text": segments.add(new Segment(name, Json.write(value, false, false))); break;
                case "skipped": break;
                default: segments.addAll(flatten(inner, wrong));
            }
        });
        return segments;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> inner(Object value) {
        if (value instanceof Map<?, ?>) {
            return (Map<String, Object>) value;
        }
        if (value instanceof List<?> list) {
            Map<String, Object> numbered = new LinkedHashMap<>();
            for (Object item : list) {
                numbered.put(String.valueOf(numbered.size()), item);
            }
            return numbered;
        }
        return null;
    }

    static void exclude(Map<String, Object> fields, Mistakes wrong) {
        for (String name : SIGNATURE_FIELDS) {
            if (wrong.has("excluded/signature-included")) {
                fields.computeIfPresent(name, (key, value) -> "");
            } else {
                fields.remove(name);
            }
        }
        if (!wrong.has("excluded/signature-type-included")) {
            fields.keySet().removeAll(TYPE_FIELDS);
        }
        fields.remove(wrong.value("excluded/field-left-out", "\0"));
        fields.keySet().removeIf(name -> name.startsWith(wrong.value("excluded/fields-left-out", "\0")));
        if (wrong.has("excluded/empty-dropped")) {
            fields.values().removeIf(value -> value == null || value.equals(""));
        }
        if (wrong.has("excluded/null-dropped")) {
            fields.values().removeIf(value -> value == null);
        }
    }

    static Map<String, Object> reorder(Map<String, Object> fields, Mistakes wrong, String fallback) {
        String order = wrong.of("order").isEmpty() ? fallback : wrong.of("order");
        Map<String, Object> out;
        switch (order) {
            case "sorted":
                return new TreeMap<>(fields);
            case "case-insensitive":
                out = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
                out.putAll(fields);
                return out;
            case "java-hashmap":
                return new HashMap<>(fields);
            case "documented-table":
                out = new LinkedHashMap<>();
                fields.keySet().stream()
                    .sorted(Comparator.comparingInt(n -> DOCUMENTED.contains(n) ? DOCUMENTED.indexOf(n) : 999))
                    .forEach(name -> out.put(name, fields.get(name)));
                return out;
            case "reversed":
                List<String> names = new ArrayList<>(fields.keySet());
                Collections.reverse(names);
                out = new LinkedHashMap<>();
                names.forEach(name -> out.put(name, fields.get(name)));
                return out;
            default:
                return fields;
        }
    }

    static Map<String, Object> follow(Object document, String pointer) {
        Object found = document;
        for (String step : pointer.isEmpty() ? new String[0] : pointer.substring(1).split("/")) {
            found = found instanceof Map<?, ?> map ? map.get(step) : null;
        }
        Map<String, Object> fields = inner(found);
        return fields == null ? new LinkedHashMap<>() : fields;
    }

    /** PayKun: each value and a bar, then a hash sign; the mobile SDK simply runs the values together. */
    static String valuesText(String scheme, Request request, Mistakes wrong) {
        boolean mobile = scheme.equals("paykun.mobile");
        Map<String, Object> fields;
        if (scheme.equals("paykun.request")) {
            boolean swapped = wrong.has("source/body-instead-of-query") || wrong.has("source/query-instead-of-body");
            boolean useQuery = request.method.equals("GET") != swapped;
            fields = useQuery ? request.queryFields(wrong) : request.bodyFields(wrong);
            if (wrong.has("source/query-and-body")) {
                fields = request.queryFields(wrong);
                fields.putAll(request.bodyFields(wrong));
            }
        } else if (mobile) {
            fields = request.bodyFields(wrong);
        } else {
            Object document = Json.parse(request.body, wrong.has("order/java-hashmap"));
            String home = scheme.equals("paykun.response") ? "/data/transaction" : "/transaction";
            follow(document, home).remove("signature");
            fields = follow(document, wrong.has("source/envelope") ? "" : wrong.value("source/wrong-pointer", home));
            if (wrong.has("excluded/signature-included")) {
                fields.put("signature", "");
            }
        }
        exclude(fields, wrong);
        if (wrong.has("source/path-id-added")) {
            String id = Arrays.stream(request.path.split("/")).filter(s -> s.matches("[0-9].*"))
                .reduce((a, b) -> b).orElseThrow();
            Map<String, Object> more = newMap(wrong);
            if (wrong.value("source/path-id-added", "first").equals("first")) {
                more.put("id", id);
            }
            more.putAll(fields);
            more.put("id", id);
            fields = more;
        }
        if (wrong.has("excluded/extra-field-included")) {
            String name = wrong.value("excluded/extra-field-included", "MerchantId");
            fields.put(name, request.headers.get(name.toLowerCase(Locale.ROOT)));
        }
        fields = reorder(fields, wrong, "as-sent");
        if (wrong.has("parts/whole-body-text")) {
            return reserialise(Json.write(fields, false, false), wrong);
        }
        String equals = wrong.value("join/other-pair-separator", "=");
        String separator = wrong.has("join/none") ? "" : wrong.value("join/other-separator", mobile ? "" : "|");
        List<String> items = new ArrayList<>();
        StringBuilder each = new StringBuilder();
        for (Segment segment : flatten(fields, wrong)) {
            String item = segment.text();
            if (wrong.has("parts/pairs")) {
                item = segment.name() + equals + item;
            } else if (wrong.has("parts/keys-included")) {
                item = segment.name() + separator + item;
            }
            items.add(item);
            each.append(item).append(separator);
        }
        switch (wrong.of("join")) {
            case "no-end": return each.toString();
            case "no-trailing-separator": return String.join(separator, items) + "#";
            case "between-only": return String.join(separator, items);
            default: return mobile ? String.join(separator, items) : each + "#";
        }
    }

    /** Plural: sorted key=value pairs with an ampersand between them. */
    static String pairsText(Request request, Mistakes wrong) {
        boolean swapped = wrong.has("source/body-instead-of-query") || wrong.has("source/query-instead-of-body");
        boolean useBody = request.method.equals("POST") != swapped;
        Map<String, Object> fields = useBody ? request.bodyFields(wrong) : request.queryFields(wrong);
        if (wrong.has("source/query-and-body")) { // as getParameterMap() does
            fields = request.queryFields(wrong);
            fields.putAll(request.bodyFields(wrong));
        }
        exclude(fields, wrong);
        String equals = wrong.value("join/other-pair-separator", "=");
        String separator = wrong.has("join/none") ? "" : wrong.value("join/other-separator", "&");
        StringBuilder text = new StringBuilder();
        for (Segment segment : flatten(reorder(fields, wrong, "sorted"), wrong)) {
            if (!wrong.has("parts/values")) {
                text.append(segment.name()).append(wrong.has("parts/keys-included") ? separator : equals);
            }
            text.append(segment.text()).append(separator);
        }
        if (!wrong.has("join/trailing-separator") && text.length() > 0) {
            text.setLength(text.length() - separator.length());
        }
        return text.toString();
    }

    static String wrapBase64(String text, String choice) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        switch (choice) {
            case "base64-76-columns": return Base64.getMimeEncoder().encodeToString(bytes);
            case "base64-url": return Base64.getUrlEncoder().encodeToString(bytes);
            default: return Base64.getEncoder().encodeToString(bytes);
        }
    }

    /** Plural: the whole body, as it is or in Base64. */
    static String bodyText(String scheme, Request request, Map<String, String> earlier, Mistakes wrong) {
        String text = request.body;
        String choice = wrong.of("body-text");
        if (scheme.equals("plural.v2-xverify")) {
            if (wrong.has("source/envelope")) {
                return text;
            }
            String encoded = (String) follow(Json.parse(text, false), "").get("request");
            String decoded = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
            switch (choice) {
                case "": return encoded;
                case "json-instead-of-base64": return decoded;
                case "base64-of-body": return wrapBase64(encoded, "");
                default: return wrapBase64(reserialise(decoded, wrong), choice);
            }
        }
        if (wrong.has("source/wrong-pointer")) {
            String pointer = wrong.value("source/wrong-pointer", "/data");
            text = Json.write(follow(Json.parse(text, false), pointer), false, false);
        }
        if (scheme.equals("plural.v2-xverify-webhook")) {
            if (choice.equals("raw-body")) {
                return wrapBase64(text, "");
            }
            text = Json.write(Json.parse(text, false), false, false);
            return choice.equals("json-instead-of-base64") ? text : wrapBase64(reserialise(text, wrong), choice);
        }
        if (choice.equals("base64-of-body")) {
            text = wrapBase64(text, "");
        }
        text = reserialise(text, wrong);
        if (wrong.has("text-edits/trimmed")) {
            text = text.trim();
        }
        String id = request.headers.get("webhook-id");
        String stamp = request.headers.get("webhook-timestamp");
        if (wrong.has("timing/timestamp-in-ms")) {
            stamp = String.valueOf(Long.parseLong(stamp) * 1000L);
        }
        if (wrong.has("timing/timestamp-of-earlier-delivery")) {
            stamp = earlier.get("webhook-timestamp");
        }
        if (wrong.has("timing/id-of-earlier-delivery")) {
            id = earlier.get("webhook-id");
        }
        List<String> parts = List.of(id, stamp, text);
        switch (wrong.of("parts")) {
            case "id-left-out": parts = List.of(stamp, text); break;
            case "timestamp-left-out": parts = List.of(id, text); break;
            case "body-only": parts = List.of(text); break;
            default:
        }
        if (wrong.has("order/parts-swapped")) {
            parts = List.of(stamp, id, text);
        }
        return String.join(wrong.has("join/none") ? "" : wrong.value("join/other-separator", "."), parts);
    }

    static String edit(String text, Mistakes wrong) {
        switch (wrong.of("text-edits")) {
            case "last-char-cut": return text.substring(0, text.length() - 1);
            case "last-two-cut": return text.substring(0, text.length() - 2);
            case "trailing-newline": return text + "\n";
            case "crlf-to-lf": return text.replace("\r\n", "\n");
            default: return text;
        }
    }

    static byte[] encode(String text, Mistakes wrong) throws Exception {
        switch (wrong.of("charset")) {
            case "latin-1": return text.getBytes("ISO-8859-1");
            case "utf-16": return text.getBytes("UTF-16");
            case "nfd": return Normalizer.normalize(text, Normalizer.Form.NFD).getBytes("UTF-8");
            case "bom": return ("\uFEFF" + text).getBytes("UTF-8");
            case "ascii-replace": return text.getBytes(Charset.forName("US-ASCII"));
            case "utf-8-twice": return new String(text.getBytes("UTF-8"), "ISO-8859-1").getBytes("UTF-8");
            default: return text.getBytes(StandardCharsets.UTF_8);
        }
    }

    static String role(String scheme) {
        switch (scheme) {
            case "paykun.mobile": return "access_token";
            case "plural.webhook": return "webhook_secret";
            case "plural.callback": return "callback_secret";
            default: return scheme.startsWith("paykun.") ? "encryption_key" : "v2_secret";
        }
    }

    static byte[] keyBytes(String scheme, Map<String, Object> keys, Mistakes wrong) {
        String role = wrong.value("key/other-role", role(scheme));
        if (wrong.has("key/other-environment")) {
            role = "sandbox." + role;
        }
        String text = keys.get(role).toString();
        boolean hex = HEX_KEY.contains(scheme);
        switch (wrong.of("key")) {
            case "trailing-newline": text = text + System.lineSeparator(); break;
            case "trailing-cr": text = text + "\r"; break;
            case "byte-order-mark": text = "\uFEFF" + text; break;
            case "leading-space": text = " " + text; break;
            case "trailing-space": text = text + " "; break;
            case "quoted": text = '"' + text + '"'; break;
            case "lower-cased": text = text.toLowerCase(Locale.ROOT); break;
            case "upper-cased": text = text.toUpperCase(Locale.ROOT); break;
            case "prefix-stripped": text = text.replaceFirst("^whsec_", ""); break;
            case "prefix-stripped-base64-decoded":
                return Base64.getDecoder().decode(text.replaceFirst("^whsec_", ""));
            case "as-text": hex = false; break;
            case "hex-decoded": hex = true; break;
            case "base64-decoded": return Base64.getDecoder().decode(text);
            case "base64-text": text = Base64.getEncoder().encodeToString(text.getBytes()); break;
            default:
        }
        return hex ? HexFormat.of().parseHex(text) : text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] hmac(String name, byte[] key, byte[] text) throws Exception {
        Mac mac = Mac.getInstance("Hmac" + name.replace("-", ""));
        mac.init(new SecretKeySpec(key, "Hmac"));
        return mac.doFinal(text);
    }

    static byte[] digest(String scheme, byte[] key, byte[] text, Request request, Mistakes wrong) throws Exception {
        String choice = wrong.of("rounds");
        String name = scheme.startsWith("plural.") || scheme.equals("paykun.mobile") ? "SHA-256" : "SHA-512";
        switch (choice) {
            case "sha512": name = "SHA-512"; break;
            case "sha256": name = "SHA-256"; break;
            case "sha1": name = "SHA-1"; break;
            case "md5": name = "MD5"; break;
            default:
        }
        HexFormat hex = HexFormat.of();
        if (scheme.equals("paykun.mobile")) {
            String stamp = String.valueOf(follow(Json.parse(request.body, false), "").get("timestamp"));
            if (wrong.has("timing/timestamp-in-seconds")) {
                stamp = String.valueOf(Long.parseLong(stamp) / 1000);
            }
            byte[] inner = stamp.getBytes();
            byte[] outer = key;
            switch (choice) {
                case "single-round-inner": return hmac(name, inner, text);
                case "single-round-outer": return hmac(name, outer, text);
                case "inner-raw-digest": return hmac(name, outer, hmac(name, inner, text));
                case "rounds-swapped": return hmac(name, inner, hex.formatHex(hmac(name, outer, text)).getBytes());
                default: return hmac(name, outer, hex.formatHex(hmac(name, inner, text)).getBytes());
            }
        }
        MessageDigest hash = MessageDigest.getInstance(name);
        switch (choice) {
            case "plain-hash": return hash.digest(text);
            case "key-first-hash": hash.update(key); return hash.digest(text);
            case "key-last-hash": hash.update(text); return hash.digest(key);
            case "key-and-text-swapped": return hmac(name, text, key);
            default: return hmac(name, key, text);
        }
    }

    static String written(String scheme, byte[] raw, Mistakes wrong) {
        boolean webhook = scheme.equals("plural.webhook");
        String choice = wrong.of("output");
        if (choice.isEmpty()) {
            choice = webhook ? "base64" : scheme.startsWith("plural.") ? "hex-upper" : "hex-lower";
        }
        String hex = HexFormat.of().formatHex(raw);
        String text;
        switch (choice) {
            case "hex-upper": text = hex.toUpperCase(Locale.ROOT); break;
            case "hex": case "hex-lower": text = hex; break;
            case "leading-zeros-lost": // the well-known conversion by way of BigInteger
                text = new java.math.BigInteger(1, raw).toString(16);
                text = scheme.startsWith("plural.") ? text.toUpperCase(Locale.ROOT) : text;
                break;
            case "inner-zeros-lost":
                StringBuilder digits = new StringBuilder();
                for (byte b : raw) {
                    digits.append(Integer.toHexString(b & 0xff));
                }
                text = digits.toString();
                text = scheme.startsWith("plural.") ? text.toUpperCase(Locale.ROOT) : text;
                break;
            case "base64url": text = Base64.getUrlEncoder().encodeToString(raw); break;
            case "base64-unpadded": text = Base64.getEncoder().withoutPadding().encodeToString(raw); break;
            case "hex-text-in-base64": text = Base64.getEncoder().encodeToString(hex.getBytes()); break;
            default: text = Base64.getEncoder().encodeToString(raw);
        }
        if (!webhook || choice.equals("prefix-missing")) {
            return text;
        }
        return (choice.equals("prefix-equals") ? "v1=" : "v1,") + text;
    }

    static String sign(Map<String, Object> job, Mistakes wrong) throws Exception {
        String scheme = (String) job.get("scheme");
        Request request = new Request(fields(job.get("message")));
        Map<String, String> earlier = new HashMap<>();
        if (job.get("earlier") instanceof List<?> headers) {
            headers.forEach(pair -> earlier.put((String) ((List<?>) pair).get(0), (String) ((List<?>) pair).get(1)));
        }
        String text;
        if (scheme.equals("plural.callback") || scheme.equals("plural.v2-kv")) {
            text = pairsText(request, wrong);
        } else if (scheme.startsWith("plural.")) {
            text = bodyText(scheme, request, earlier, wrong);
        } else {
            text = valuesText(scheme, request, wrong);
        }
        byte[] key = keyBytes(scheme, fields(job.get("keys")), wrong);
        return written(scheme, digest(scheme, key, encode(edit(text, wrong), wrong), request, wrong), wrong);
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> fields(Object value) {
        return (Map<String, Object>) value;
    }

    /** Encrypts an order for the hosted checkout and gives the text of `encrypted_request`. */
    static String envelope(Map<String, Object> job, Mistakes wrong) throws Exception {
        Map<String, Object> keys = fields(job.get("keys"));
        String secret = (String) keys.get("encryption_key");
        byte[] iv = Base64.getDecoder().decode((String) job.get("iv_base64"));
        StringBuilder joined = new StringBuilder();
        new TreeMap<>(fields(job.get("fields"))).forEach(
            (name, value) -> joined.append(name).append("::").append(value).append(';'));
        int cut = wrong.has("envelope/last-two-cut") ? 2 : wrong.has("envelope/terminator-kept") ? 0 : 1;
        String text = joined.substring(0, joined.length() - cut);
        if (!wrong.has("envelope/not-php-serialised")) {
            int length = wrong.has("envelope/length-in-utf16-units") ? text.length() : text.getBytes("UTF-8").length;
            text = "s:" + length + ":\"" + text + "\";";
        }
        byte[] plain = text.getBytes("UTF-8");
        boolean zeros = wrong.has("envelope/zero-padding");
        if (zeros) {
            plain = Arrays.copyOf(plain, (plain.length + 15) / 16 * 16);
        }
        byte[] aesKey = secret.getBytes();
        if (wrong.has("envelope/aes-key-hex-decoded")) {
            aesKey = HexFormat.of().parseHex(secret);
        }
        if (wrong.has("envelope/aes-key-sha256")) {
            aesKey = MessageDigest.getInstance("SHA-256").digest(secret.getBytes());
        }
        SecretKeySpec key = new SecretKeySpec(aesKey, "AES");
        Cipher cipher;
        if (wrong.has("envelope/aes-ecb")) {
            cipher = Cipher.getInstance("AES"); // which means ECB
            cipher.init(Cipher.ENCRYPT_MODE, key);
        } else {
            cipher = Cipher.getInstance(zeros ? "AES/CBC/NoPadding" : "AES/CBC/PKCS5Padding");
            cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(iv));
        }
        byte[] rawValue = cipher.doFinal(plain);
        if (wrong.has("envelope/iv-12-bytes")) {
            iv = Arrays.copyOf(iv, 12);
        }
        Base64.Encoder base64 = Base64.getEncoder();
        HexFormat hex = HexFormat.of();
        String ivText = wrong.has("envelope/iv-hex") ? hex.formatHex(iv) : base64.encodeToString(iv);
        String value = wrong.has("envelope/value-hex") ? hex.formatHex(rawValue) : base64.encodeToString(rawValue);
        if (wrong.has("envelope/value-base64-twice")) {
            value = base64.encodeToString(value.getBytes());
        }
        byte[] covered = (ivText + value).getBytes();
        if (wrong.has("envelope/mac-over-value-only")) {
            covered = value.getBytes();
        }
        if (wrong.has("envelope/mac-over-raw-bytes")) {
            covered = Arrays.copyOf(iv, iv.length + rawValue.length);
            System.arraycopy(rawValue, 0, covered, iv.length, rawValue.length);
        }
        if (wrong.has("envelope/mac-value-before-iv")) {
            covered = (value + ivText).getBytes();
        }
        byte[] macKey = secret.getBytes();
        if (wrong.has("envelope/mac-key-hex-decoded")) {
            macKey = hex.parseHex(secret);
        }
        if (wrong.has("envelope/mac-key-other-role")) {
            macKey = ((String) keys.get("access_token")).getBytes();
        }
        byte[] rawMac = hmac(wrong.has("envelope/mac-sha512") ? "SHA-512" : "SHA-256", macKey, covered);
        String mac = wrong.has("envelope/mac-base64") ? base64.encodeToString(rawMac) : hex.formatHex(rawMac);
        if (wrong.has("envelope/mac-upper-case")) {
            mac = mac.toUpperCase(Locale.ROOT);
        }
        Map<String, Object> record = new LinkedHashMap<>();
        record.put("iv", ivText);
        record.put("value", value);
        record.put("mac", mac);
        if (wrong.has("envelope/iv-missing")) {
            record.remove("iv");
        }
        if (wrong.has("envelope/mac-missing")) {
            record.remove("mac");
        }
        String packed = Json.write(record, false, false);
        if (wrong.has("envelope/not-base64-wrapped")) {
            return packed;
        }
        if (wrong.has("envelope/base64-url-wrapped")) {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(packed.getBytes());
        }
        String wrapped = base64.encodeToString(packed.getBytes());
        return wrong.has("envelope/bad-base64") ? wrapped.substring(0, wrapped.length() - 5) : wrapped;
    }

    @SuppressWarnings("unchecked")
    static String attempt(Map<String, Object> job, List<Object> names) {
        for (Object name : names) {
            if (!MISTAKES.contains(((String) name).split("=", 2)[0])) {
                return null;
            }
        }
        try {
            Mistakes wrong = new Mistakes(names);
            return job.get("scheme").equals("paykun.checkout") ? envelope(job, wrong) : sign(job, wrong);
        } catch (Exception stopped) {
            return null; // this program stops with an exception here and signs nothing
        }
    }

    @SuppressWarnings("unchecked")
    public static void main(String[] args) throws Exception {
        String input = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        List<Object> results = new ArrayList<>();
        for (Object job : (List<Object>) fields(Json.parse(input, false)).get("jobs")) {
            List<Object> signatures = new ArrayList<>();
            for (Object names : (List<Object>) fields(job).get("mistakes")) {
                signatures.add(attempt(fields(job), (List<Object>) names));
            }
            results.add(signatures);
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("language", "Java " + System.getProperty("java.version"));
        answer.put("results", results);
        System.out.write(Json.write(answer, false, false).getBytes(StandardCharsets.UTF_8));
        System.out.flush();
    }
}

<?php
// Answers questions from standard input, one a line: task, tab, Base64 argument. One Base64 answer a line.
function answer(string $task, string $x): string {
    switch ($task) {
        case 'number': ini_set('precision', '14'); return '' . json_decode($x);
        case 'number-17': ini_set('precision', '17'); return '' . json_decode($x);
        case 'number-shortest': ini_set('precision', '-1'); return '' . json_decode($x);
        case 'json': return json_encode(json_decode($x));
        case 'percent': return rawurlencode($x);
        case 'percent-form': return urlencode($x);
        case 'html': return htmlspecialchars($x);
        case 'serialize': return serialize($x);
        case 'ksort': $names = array_flip(explode("\n", $x)); ksort($names, SORT_STRING); return implode("\n", array_keys($names));
    }
    throw new Exception($task);
}
while (($line = fgets(STDIN)) !== false) {
    [$task, $argument] = explode("\t", rtrim($line, "\n"));
    echo base64_encode(answer($task, base64_decode($argument))), "\n";
}

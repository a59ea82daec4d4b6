"""Runs a snippet in its language over many rows: hexadecimal texts in, one signature a line out."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from payproof.signing.snippets.shape import Shape

PROGRAMS = {"python": sys.executable, "node": "node", "php": "php", "java": "java", "go": "go"}


def missing(language: str) -> bool:
    return shutil.which(PROGRAMS[language]) is None


def run(language: str, code: str, shape: Shape, rows: list[list[bytes]], folder: Path) -> list[str]:
    """Give the signature of each row: the key, then names and texts of fields (or the parts' texts)."""
    done = _run(_write(language, code, shape, folder), rows, folder)
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    return done.stdout.decode().split()


def refusals(language: str, code: str, shape: Shape, rows: list[list[bytes]], folder: Path) -> list[str]:
    """Give what the snippet says as it refuses each row, one process a row; empty where it signs it."""
    command = _write(language, code, shape, folder)
    done = [_run(command, [row], folder) for row in rows]
    return [(one.stdout + one.stderr).decode() if one.returncode else "" for one in done]


def _run(command: list[str], rows: list[list[bytes]], folder: Path) -> subprocess.CompletedProcess[bytes]:
    data = "\n".join(" ".join(piece.hex() or "-" for piece in row) for row in rows) + "\n"
    return subprocess.run(
        command, input=data.encode(), capture_output=True, cwd=folder, timeout=240, check=False
    )


def _write(language: str, code: str, shape: Shape, folder: Path) -> list[str]:
    parts = shape.parts
    if language == "python":
        call = (
            "sign(*(data if name == 'body' else data.decode() for name, data in zip(PARTS, row[1:])), key)"
            if parts
            else "sign([(a.decode(), b.decode()) for a, b in zip(row[1::2], row[2::2])], key)"
        )
        main = f"""
import sys
PARTS = {list(parts)!r}
for line in sys.stdin:
    row = [bytes.fromhex(piece.strip("-")) for piece in line.split()]
    key = row[0].decode()
    print({call})
"""
        (folder / "main.py").write_text(code + main, encoding="utf-8")
        return [PROGRAMS[language], "main.py"]
    if language == "node":
        call = "sign(...row.slice(1), key)" if parts else "sign(pairs(row.slice(1).map(String)), key)"
        main = f"""
const pairs = (list) => list.flatMap((name, at) => (at % 2 ? [] : [[name, list[at + 1]]]));
for (const line of require("node:fs").readFileSync(0, "latin1").trim().split("\\n")) {{
  const row = line.split(" ").map((piece) => Buffer.from(piece.replace("-", ""), "hex"));
  const key = String(row[0]);
  console.log({call});
}}
"""
        (folder / "main.cjs").write_text(code + main, encoding="utf-8")
        return ["node", "main.cjs"]
    if language == "php":
        call = (
            "sign(...array_slice($row, 1), ...[$row[0]])"
            if parts
            else "sign(array_chunk(array_slice($row, 1), 2), $row[0])"
        )
        main = f"""
while (($line = fgets(STDIN)) !== false) {{
    $row = array_map(fn($piece) => hex2bin(trim($piece, "-")), explode(" ", trim($line)));
    echo {call}, "\\n";
}}
"""
        (folder / "main.php").write_text(code + main, encoding="utf-8")
        return ["php", "main.php"]
    if language == "java":
        arguments = ", ".join(
            f"row[{at + 1}]" if name == "body" else f"text(row[{at + 1}])" for at, name in enumerate(parts)
        )
        call = (
            f"Signature.sign({arguments}, text(row[0]))"
            if parts
            else "Signature.sign(pairs(row), text(row[0]))"
        )
        main = f"""
class Main {{
    public static void main(String[] a) throws Exception {{
        var in = new java.io.BufferedReader(new java.io.InputStreamReader(System.in));
        for (String line = in.readLine(); line != null; line = in.readLine()) {{
            byte[][] row = java.util.stream.Stream.of(line.split(" "))
                    .map(one -> java.util.HexFormat.of().parseHex(one.replace("-", "")))
                    .toArray(byte[][]::new);
            System.out.println({call});
        }}
    }}
    static String text(byte[] data) {{ return new String(data, java.nio.charset.StandardCharsets.UTF_8); }}
    static java.util.List<String[]> pairs(byte[][] row) {{
        var list = new java.util.ArrayList<String[]>();
        for (int at = 1; at + 1 < row.length; at += 2)
            list.add(new String[] {{text(row[at]), text(row[at + 1])}});
        return list;
    }}
}}
"""
        (folder / "Signature.java").write_text(code, encoding="utf-8")
        (folder / "Main.java").write_text(main, encoding="utf-8")
        subprocess.run(
            ["javac", "-d", ".", "Signature.java", "Main.java"], cwd=folder, check=True, timeout=240
        )
        return ["java", "-cp", ".", "Main"]
    arguments = ", ".join(f"row[{at + 1}]" for at in range(len(parts)))
    call = f"Sign({arguments}, row[0])" if parts else "Sign(pairs(row[1:]), row[0])"
    main = f"""package main

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"os"
	"strings"
)

func pairs(row []string) [][2]string {{
	var out [][2]string
	for at := 0; at+1 < len(row); at += 2 {{
		out = append(out, [2]string{{row[at], row[at+1]}})
	}}
	return out
}}

func main() {{
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<26)
	_ = pairs
	for in.Scan() {{
		var row []string
		for _, piece := range strings.Split(in.Text(), " ") {{
			data, _ := hex.DecodeString(strings.Trim(piece, "-"))
			row = append(row, string(data))
		}}
		made, err := {call}
		if err != nil {{
			panic(err)
		}}
		fmt.Println(made)
	}}
}}
"""
    (folder / "sign.go").write_text(code, encoding="utf-8")
    (folder / "main.go").write_text(main, encoding="utf-8")
    (folder / "go.mod").write_text("module snippet\n\ngo 1.18\n", encoding="utf-8")
    return ["go", "run", "."]

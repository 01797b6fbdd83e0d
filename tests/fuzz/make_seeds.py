#!/usr/bin/env python3
"""Makes the seeds of one fuzzer from all fixtures, and a dictionary of their names and words.

Usage: make_seeds.py FUZZER FIXTURES OUT. FUZZER: a row of meson.build, with "/PROTOCOL" behind it
for the fuzzers of decoders. OUT/seeds and OUT/words.dict are written anew.
"""
import json
import pathlib
import re
import shutil
import sys

MOST_BYTES = 8192  # larger inputs are slow and show nothing that smaller ones do not
LENGTHS = b"\x02\x03\x40"  # of the pieces that a framing is fed in
KINDS = {"request": b"q", "response": b"r", "error": b"e"}


def stream_lines(text):
    """The data of server-sent events, a line each."""
    return [line[6:] for line in text.split(b"\n") if line.startswith(b"data: ")]


def message_lines(jsonl):
    """stream.jsonl as the lines that Messages in framed.h reads."""
    lines = []
    for line in filter(None, jsonl.split(b"\n")):
        try:
            message = json.loads(line)
        except ValueError:
            continue
        headers = message.get("headers") or {}
        name = headers.get(":event-type") or "!" + str(headers.get(":exception-type", "e"))
        if "chunk" in message:
            lines.append("e " + json.dumps(message["chunk"], separators=(",", ":")))
        else:
            lines.append(name + " " + json.dumps(message.get("payload"), separators=(",", ":")))
    return "\n".join(lines).encode()


class Fixtures:
    def __init__(self, root):
        self.cases = sorted(path for path in root.glob("protocols/*/*") if path.is_dir())

    def inputs(self, pattern):
        """Inputs of all cases whose name fits: (protocol, name, bytes)."""
        for case in self.cases:
            for path in sorted(case.glob(pattern)):
                yield case.parent.name, f"{case.parent.name}-{case.name}-{path.name}", path

    def of(self, protocol, pattern):
        """Inputs of that protocol, and what was written for it from others."""
        for owner, name, path in self.inputs(pattern):
            if owner == protocol:
                yield name, path
        for _, name, path in self.inputs(f"golden/{protocol}.{pattern}"):
            yield name, path


def with_head(path, body):
    """The input in an envelope, when its case tells what HTTP has around it."""
    info = json.loads((path.parent / "case.json").read_bytes())
    head = {key: info[key] for key in ("path", "status", "headers") if key in info}
    if not head:
        return None
    return json.dumps(head).encode()[:-1] + b', "body": ' + body + b"}"


def documents(fixtures, protocol):
    for kind, letter in KINDS.items():
        for name, path in fixtures.of(protocol, f"{kind}.json"):
            body = path.read_bytes()
            yield name, letter + body
            if path.parent.name != "golden" and (envelope := with_head(path, body)):
                yield name + "-envelope", letter + envelope


def streams(fixtures, protocol):
    for name, path in fixtures.of(protocol, "stream.*"):
        text = path.read_bytes()
        if name.endswith(".jsonl"):
            yield name, b"m9" + message_lines(text)
            if protocol == "anthropic-messages":
                yield name, b"i9" + message_lines(text)
        else:
            yield name, b"=9" + text
        if name.endswith(".sse") and protocol == "anthropic-messages":
            yield name + "-invoke", b"i9" + b"\n".join(b"e " + line for line in stream_lines(text))
        if name.endswith(".sse") and protocol == "gemini-generate":
            yield name + "-array", b"[9" + b",".join(stream_lines(text)) + b"]"
        if name.endswith(".aws-eventstream"):
            yield name + "-sealed", b"s9" + text


def schemas(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, dict) and "schema" in key.lower() or key == "parameters":
                yield inner
            yield from schemas(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from schemas(inner)


def framings(fixtures, fuzzer):
    for _, name, path in fixtures.inputs("stream.*"):
        text = path.read_bytes()
        if path.suffix == ".sse":
            yield name, LENGTHS + {
                "sse": lambda: text,
                "ndjson": lambda: b"\n".join(stream_lines(text)),
                "invoke": lambda: b"\n".join(b"e " + line for line in stream_lines(text)),
                "json_array": lambda: b"[" + b",\n".join(stream_lines(text)) + b"]",
            }.get(fuzzer, lambda: b"")()
        elif (path.suffix, fuzzer) in ((".json", "json_array"), (".aws-eventstream", "eventstream")):
            yield name, LENGTHS + text


def seeds(fixtures, fuzzer, protocol):
    if fuzzer == "translate":
        yield from documents(fixtures, protocol)
    elif fuzzer == "stream":
        yield from streams(fixtures, protocol)
    elif fuzzer in ("json", "schema"):
        for _, name, path in fixtures.inputs("re*.json"):
            text = path.read_bytes()
            if fuzzer == "json":
                yield name, text
                continue
            for number, schema in enumerate(schemas(json.loads(text.decode("utf-8-sig")))):
                yield f"{name}-{number}", json.dumps(schema).encode()
    else:
        yield from framings(fixtures, fuzzer)


def words(all_seeds):
    """Names and short texts that stand in the seeds, as libFuzzer's dictionary."""
    found = set()
    for seed in all_seeds:
        found.update(re.findall(rb'"[A-Za-z_:$][A-Za-z0-9_.$-]{0,39}"', seed))
        found.update(re.findall(rb"^event: [a-z_.]+$", seed, re.M))
    return [word.decode().replace("\\", "\\\\").replace('"', '\\"') for word in sorted(found)]


def main():
    fuzzer, _, protocol = sys.argv[1].partition("/")
    fixtures = Fixtures(pathlib.Path(sys.argv[2]))
    out = pathlib.Path(sys.argv[3])
    shutil.rmtree(out / "seeds", ignore_errors=True)
    (out / "seeds").mkdir(parents=True)
    written = []
    for name, seed in seeds(fixtures, fuzzer, protocol):
        if len(seed) > MOST_BYTES:
            continue
        (out / "seeds" / name).write_bytes(seed)
        written.append(seed)
    (out / "words.dict").write_text("".join(f'"{word}"\n' for word in words(written)))
    print(f"{len(written)} seeds from the fixtures")


if __name__ == "__main__":
    main()

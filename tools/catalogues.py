"""Message catalogues: extract, update, fill, compile and check the Japanese translations.

Every package that owns messages has `<package>/translations/ja/LC_MESSAGES/<domain>.po`, the domain being the
last name of the package:
- `groupware` covers the core and the shared templates;
- `groupware/<feature>` covers itself as soon as it has a folder `translations`;
- `plugins/<id>` always covers itself.

English is the source language and needs no catalogue. At run time all domains answer together, so one message
may have only one Japanese text; where English is ambiguous, `pgettext` gives it a context.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = "ja"
KEYWORDS = DEFAULT_KEYWORDS | {
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
}
COMMENT_TAGS = ("Translators:",)
TEMPLATE_SUFFIXES = {".html", ".txt", ".xml"}
CONTEXT_MARK = "\u0004"
# Dates and names in the header would change at every run; git has them already.
HEADER = """\
msgid ""
msgstr ""
"Language: ja\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""

Key = tuple[str, str | None]
"""The singular source text and the context: what the run time looks a message up by."""


@dataclass(frozen=True)
class Domain:
    """A package with a catalogue of its own."""

    name: str
    package: Path

    @property
    def po(self) -> Path:
        return self.package / "translations" / LOCALE / "LC_MESSAGES" / f"{self.name}.po"


def domains() -> list[Domain]:
    """Every domain of the tree, the core first. Raises SystemExit where two packages share a name."""
    core, plugins = ROOT / "groupware", ROOT / "plugins"
    packages = [core, *sorted(path.parent for path in core.glob("*/translations"))]
    packages += sorted(path for path in plugins.glob("*") if (path / "__init__.py").is_file())
    found = [Domain(path.name, path) for path in packages if path.is_dir()]
    names = [domain.name for domain in found]
    if doubles := {name for name in names if names.count(name) > 1}:
        raise SystemExit(f"two packages share a translation domain: {', '.join(sorted(doubles))}")
    return found


def sources(domain: Domain, every: list[Domain]) -> Iterator[tuple[Path, str]]:
    """The files a domain covers, each with the name of Babel's extraction method."""
    others = [other.package for other in every if other.package != domain.package]
    folders = [domain.package]
    if domain.package == ROOT / "groupware":
        folders.append(ROOT / "templates")
        # templates/<plugin id>/ overrides a plugin's own template, whose messages the plugin translates.
        others += [
            ROOT / "templates" / other.name for other in every if other.package.parent.name == "plugins"
        ]
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            inner = any(path.is_relative_to(other) for other in others if other.is_relative_to(folder))
            if inner or not path.is_file() or "_assets" in path.parts:
                continue
            if path.suffix == ".py":
                yield path, "python"
            elif path.suffix in TEMPLATE_SUFFIXES and "templates" in path.relative_to(ROOT).parts:
                yield path, "jinja2"


def extract(domain: Domain, every: list[Domain]) -> Catalog:
    """The messages in a domain's sources, untranslated. Raises SystemExit for a template with a syntax error."""
    catalogue = Catalog(locale=LOCALE, charset="utf-8")
    for path, method in sources(domain, every):
        place = path.relative_to(ROOT).as_posix()
        options = {"silent": "false", "encoding": "utf-8"} if method == "jinja2" else None
        try:
            found = extract_from_file(method, path, KEYWORDS, COMMENT_TAGS, options, True)
        except Exception as error:
            raise SystemExit(f"{place}: {error}") from error
        for _, message, comments, context in found:
            catalogue.add(message, locations=[(place, 0)], auto_comments=comments, context=context)
    return catalogue


def read(domain: Domain) -> Catalog:
    if not domain.po.is_file():
        return Catalog(locale=LOCALE, charset="utf-8")
    with domain.po.open("rb") as file:
        return read_po(file, locale=LOCALE, charset="utf-8", abort_invalid=True)


def write(domain: Domain, catalogue: Catalog) -> None:
    """Write the catalogue without dates and line numbers, so that it changes only when a message does."""
    if not len(catalogue):
        domain.po.unlink(missing_ok=True)
        return
    text = BytesIO()
    write_po(
        text,
        catalogue,
        width=0,
        omit_header=True,
        sort_by_file=True,
        ignore_obsolete=True,
        include_lineno=False,
    )
    replace(domain.po, (HEADER + text.getvalue().decode().strip() + "\n").encode())


def replace(path: Path, content: bytes) -> None:
    """Exchange a file as a whole, so that a running process never reads half of it; unchanged files stay untouched."""
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, work = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(work).chmod(0o644)
    Path(work).replace(path)


def messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def key(message: Message) -> Key:
    return (message.id if isinstance(message.id, str) else message.id[0], message.context)


def is_translated(message: Message) -> bool:
    texts = (message.string,) if isinstance(message.string, str) else message.string
    return texts is not None and bool(texts) and all(texts)


def label(message: Message) -> str:
    text, context = key(message)
    return json.dumps(text if context is None else context + CONTEXT_MARK + text, ensure_ascii=False)


def known_translations(every: list[Domain]) -> dict[Key, Message]:
    """What any domain says about a message, so that moving code between packages keeps its translation."""
    found: dict[Key, Message] = {}
    for domain in every:
        for message in messages(read(domain)):
            if is_translated(message) and not message.fuzzy:
                found.setdefault(key(message), message)
    return found


def update(names: list[str]) -> int:
    """Bring catalogues in line with the sources: keep translations, drop what is no longer there."""
    every = domains()
    known = known_translations(every)
    for domain in chosen(every, names):
        catalogue, present = extract(domain, every), {key(m): m for m in messages(read(domain))}
        for message in messages(catalogue):
            former = present.get(key(message))
            if former is None or not is_translated(former) or former.fuzzy:
                former = known.get(key(message))
            if former is not None and isinstance(former.id, str) == isinstance(message.id, str):
                message.string = former.string
        write(domain, catalogue)
    return 0


def compile_all() -> list[Path]:
    """Compile every catalogue of the tree; returns the compiled files."""
    compiled = []
    for domain in domains():
        if not domain.po.is_file():
            continue
        target, content = domain.po.with_suffix(".mo"), BytesIO()
        write_mo(content, read(domain))
        replace(target, content.getvalue())
        os.utime(target)
        compiled.append(target)
    return compiled


def faults() -> list[str]:
    """Everything that keeps the Japanese catalogues from being complete and unambiguous."""
    found: list[str] = []
    every = domains()
    texts: dict[Key, dict[str, list[str]]] = {}
    for domain in every:
        wanted = {key(m): m for m in messages(extract(domain, every))}
        catalogue = read(domain)
        present = {key(m): m for m in messages(catalogue)}
        place = domain.po.relative_to(ROOT)
        found += [
            f"{place}: {label(wanted[k])} is missing (make catalogues)" for k in wanted if k not in present
        ]
        found += [
            f"{place}: {label(present[k])} is obsolete (make catalogues)" for k in present if k not in wanted
        ]
        found += [f"{place}: obsolete entry {label(m)}" for m in catalogue.obsolete.values()]
        for message in present.values():
            if message.fuzzy:
                found.append(f"{place}: {label(message)} is fuzzy")
            elif not is_translated(message):
                found.append(f"{place}: {label(message)} is not translated")
            else:
                text = json.dumps(message.string, ensure_ascii=False)
                texts.setdefault(key(message), {}).setdefault(text, []).append(domain.name)
        for message, errors in catalogue.check():
            found += [f"{place}: {label(message)}: {error}" for error in errors]
    for (text, _), translations in texts.items():
        if len(translations) > 1:
            said = "; ".join(f"{ja} in {', '.join(names)}" for ja, names in translations.items())
            found.append(f"{text!r} has several Japanese texts, give it a context (pgettext): {said}")
    return found


def check() -> int:
    found = faults()
    for fault in found:
        print(fault)
    print(f"{len(found)} faults in the catalogues" if found else "catalogues complete")
    return 1 if found else 0


def missing(names: list[str]) -> int:
    """Print, as JSON per domain, what still has to be translated, ready for `fill`."""
    every = domains()
    known = known_translations(every)
    report: dict[str, dict[str, str | list[str]]] = {}
    for domain in chosen(every, names):
        untranslated = [message for message in messages(extract(domain, every)) if key(message) not in known]
        if untranslated:
            report[domain.name] = {
                json.loads(label(message)): "" if isinstance(message.id, str) else [""]
                for message in untranslated
            }
    print(json.dumps(report, ensure_ascii=False, indent=2))
    return 0


def fill(name: str, file: Path) -> int:
    """Take translations from JSON: {source text: text, or [text] for a plural}, "context\\u0004source" with context."""
    (domain,) = chosen(domains(), [name])
    update([name])
    catalogue = read(domain)
    by_key = {key(message): message for message in messages(catalogue)}
    wrong = []
    for source, text in json.loads(file.read_text(encoding="utf-8")).items():
        context, mark, singular = source.rpartition(CONTEXT_MARK)
        message = by_key.get((singular, context if mark else None))
        if message is None:
            wrong.append(source)
        elif isinstance(message.id, str):
            message.string = text if isinstance(text, str) else text[0]
        else:
            message.string = (text,) if isinstance(text, str) else tuple(text)
    write(domain, catalogue)
    for source in wrong:
        print(f"{name}: no such message: {json.dumps(source, ensure_ascii=False)}", file=sys.stderr)
    return 1 if wrong else 0


def chosen(every: list[Domain], names: list[str]) -> list[Domain]:
    """The domains named, or all. Raises SystemExit for an unknown name."""
    if unknown := set(names) - {domain.name for domain in every}:
        raise SystemExit(f"no such domain: {', '.join(sorted(unknown))}")
    return [domain for domain in every if not names or domain.name in names]


def print_template(name: str) -> int:
    every = domains()
    (domain,) = chosen(every, [name])
    write_po(sys.stdout.buffer, extract(domain, every), width=0, sort_by_file=True, include_lineno=False)
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for command, text in (
        ("update", "bring catalogues in line with the sources"),
        ("missing", "print as JSON what is not translated"),
    ):
        commands.add_parser(command, help=text).add_argument("domain", nargs="*")
    commands.add_parser("extract", help="print a domain's template").add_argument("domain")
    commands.add_parser("compile", help="compile all catalogues")
    commands.add_parser("check", help="fail unless all catalogues are complete")
    filler = commands.add_parser("fill", help="take translations from a JSON file")
    filler.add_argument("domain")
    filler.add_argument("file", type=Path)
    options = parser.parse_args()
    match options.command:
        case "update":
            return update(options.domain)
        case "missing":
            return missing(options.domain)
        case "extract":
            return print_template(options.domain)
        case "check":
            return check()
        case "fill":
            return fill(options.domain, options.file)
    compile_all()
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The page of figures keeps what was measured earlier, and says what is broken."""

from tests.bench.__main__ import BENCHES
from tests.bench.document import BEGIN, DOCUMENT, END, write
from tests.bench.report import Figure, Report

ORDER = [("pages", "sqlite"), ("pages", "postgresql"), ("rush", "postgresql")]


def table(*figures: Figure) -> str:
    return Report(list(figures)).table()


def test_a_section_is_measured_again_without_the_others(tmp_path):
    page = tmp_path / "benchmarks.md"
    page.write_text(f"# Figures\n\n{BEGIN}{END}\nAfter.\n", encoding="utf-8")
    slow = table(Figure("portal", 9, "×", limit=6), Figure("bare page", 2, "ms"))
    write(page, {ORDER[1]: slow}, ORDER)
    write(page, {ORDER[0]: table(Figure("portal", 5, "×", limit=6))}, ORDER)
    said = page.read_text(encoding="utf-8")
    assert said.startswith("# Figures\n\n")
    assert said.endswith(f"{END}\nAfter.\n")
    assert said.index("### pages, sqlite") < said.index("### pages, postgresql")
    assert "Of 2 limits 1 are kept. Broken are:\n\n- pages, postgresql: portal, 9 × (≤ 6)\n" in said
    assert slow in said

    write(page, {ORDER[1]: table(Figure("portal", 5.5, "×", limit=6))}, ORDER)
    said = page.read_text(encoding="utf-8")
    assert "Of 2 limits 2 are kept.\n" in said
    assert said.count("### ") == 2
    assert "BROKEN" not in said


def test_the_page_names_every_bench_with_its_method():
    said = DOCUMENT.read_text(encoding="utf-8")
    assert [name for name in BENCHES if f"| `{name}` |" not in said] == []

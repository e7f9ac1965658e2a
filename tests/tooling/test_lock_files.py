"""Lock files name no address and no path, and the check that says so finds faults."""

from pathlib import Path

import pytest

import lock

HASH = f"    --hash=sha256:{'0' * 64}"


def test_lock_files_of_the_repository_are_clean() -> None:
    assert lock.check() == 0


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://mirror.example/simple",
        "--find-links ../wheels",
        "flask @ file:///srv/flask.whl",
        "-e .",
        "flask>=3 \\",
        "# via flask",
    ],
)
def test_python_lock_with_anything_but_pins_is_refused(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "ROOT", tmp_path)
    file = tmp_path / "dev.txt"
    file.write_text(f"flask==3.1.3 \\\n{HASH}\n{line}\n", encoding="utf-8")
    assert any("dev.txt:3" in fault for fault in lock.python_faults(file))


def test_python_lock_with_a_pin_without_hash_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "ROOT", tmp_path)
    file = tmp_path / "dev.txt"
    file.write_text(f"flask==3.1.3 \\\nclick==8.5.1 ; os_name == 'nt' \\\n{HASH}\n", encoding="utf-8")
    assert lock.python_faults(file) == ["dev.txt: no hash for flask==3.1.3 \\"]
